"""Which messages are answered, and what is the question in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.client.routing import BotIdentity, Incoming, Pointing, RoutedMessage, route

ME = BotIdentity(id=7, role=70)
ANN, OTHER_BOT = 1, 2


def mention(text: str, **more: object) -> Incoming:
    return Incoming(content=text, pings=frozenset({ME.id}), **more)  # type: ignore[arg-type] # any field of it


@pytest.mark.parametrize(
    ("what", "incoming", "expected"),
    [
        ("a mention", mention("<@7> who said this?"), RoutedMessage("mention", "who said this?")),
        ("an old-style mention", mention("<@!7> who spoke?"), RoutedMessage("mention", "who spoke?")),
        ("a mention in the middle", mention("hey <@7>, who spoke?"), RoutedMessage("mention", "hey , who spoke?")),
        ("a mention at the end", mention("who spoke, <@7>"), RoutedMessage("mention", "who spoke")),
        ("a bare mention asks for help", mention(" <@7> "), RoutedMessage("mention", "")),
        (
            "the bot's own role",
            Incoming("<@&70> who spoke?", role_pings=frozenset({70})),
            RoutedMessage("mention", "who spoke?"),
        ),
        ("another role", Incoming("<@&71> who spoke?", role_pings=frozenset({71})), None),
        ("a reply to the bot", mention("what else?", replies_to=7), RoutedMessage("reply", "what else?")),
        ("a reply that also mentions it", mention("<@7> and then?", replies_to=7), RoutedMessage("reply", "and then?")),
        ("a reply to the bot with the ping off", Incoming("", replies_to=7), None),
        ("a reply to somebody else", Incoming("what else?", replies_to=ANN, pings=frozenset({ANN})), None),
        ("a direct message", Incoming("who spoke?", direct=True), RoutedMessage("dm", "who spoke?")),
        ("a direct message with a mention", mention("<@7> who spoke?", direct=True), RoutedMessage("dm", "who spoke?")),
        ("an empty direct message", Incoming("", direct=True), RoutedMessage("dm", "")),
        ("any other message", Incoming("who spoke?"), None),
        ("@everyone", Incoming("@everyone who spoke?"), None),
        (
            "@everyone and the bot",
            mention("@everyone <@7> who spoke?"),
            RoutedMessage("mention", "who spoke?"),
        ),
        (
            "people who are only called, in front of the question",
            mention("<@1> <@7> <@!2>, <@&5> who spoke?", names={ANN: "Ann", 2: "Bob"}),
            RoutedMessage("mention", "who spoke?"),
        ),
        (
            "people who are only called, behind the question",
            mention("<@7> what was said of cables? <@1> <@2>", names={ANN: "Ann", 2: "Bob"}),
            RoutedMessage("mention", "what was said of cables?"),
        ),
        (
            "somebody called before the question mark",
            mention("<@7> who spoke, <@1>?", names={ANN: "Ann"}),
            RoutedMessage("mention", "who spoke?"),
        ),
        (
            "somebody at the end whom the question is about",
            mention("<@7> who spoke about <@1>?", names={ANN: "Ann"}),
            RoutedMessage("mention", "who spoke about Ann?"),
        ),
        (
            "somebody at the start whom the question is about",
            mention("<@1> said that prices fall <@7>", names={ANN: "Ann"}),
            RoutedMessage("mention", "Ann said that prices fall"),
        ),
        (
            "nobody but somebody else",
            mention("<@7> <@1>", names={ANN: "Ann"}),
            RoutedMessage("mention", "Ann"),
        ),
        ("somebody else", Incoming("<@1> who spoke?", pings=frozenset({ANN})), None),
        ("its id in a code block, which pings nobody", Incoming("`<@7>` who spoke?"), None),
        ("a bot, a webhook, Discord or itself", mention("<@7> who spoke?", automatic=True), None),
        ("a bot in a direct message", Incoming("who spoke?", direct=True, automatic=True), None),
        ("a bot that replies", mention("ok", replies_to=7, automatic=True), None),
        (
            "somebody named in the question",
            Incoming("<@7> what did <@1> say?", pings=frozenset({ANN, 7}), names={ANN: "Ann", 7: "Wuzhen"}),
            RoutedMessage("mention", "what did Ann say?"),
        ),
        (
            "a question that points at the message it replies to",
            mention("<@7> who said this?", replies_to=ANN),
            RoutedMessage("mention", "who said this?", Pointing("who")),
        ),
        (
            "a question whether the message it replies to is true",
            mention("<@7> hey, is that true??", replies_to=ANN),
            RoutedMessage("mention", "hey, is that true??", Pointing("check")),
        ),
        (
            "a question whether somebody said what it replies to",
            mention("<@7> did Ada Park really say that?", replies_to=ANN),
            RoutedMessage("mention", "did Ada Park really say that?", Pointing("check", "Ada Park")),
        ),
        (
            "a bare mention in a reply to somebody else",
            mention("<@7>", replies_to=ANN),
            RoutedMessage("mention", "", Pointing("who")),
        ),
        (
            "a short question with a that of its own",
            mention("<@7> who said that prices fall?", replies_to=ANN),
            RoutedMessage("mention", "who said that prices fall?"),
        ),
        (
            "a short question with an it of its own",
            mention("<@7> when did it open?", replies_to=ANN),
            RoutedMessage("mention", "when did it open?"),
        ),
        (
            "a question about its own answer",
            mention("is this true?", replies_to=7),
            RoutedMessage("reply", "is this true?"),
        ),
        ("a call for help", Incoming("Help", direct=True), RoutedMessage("dm", "")),
        (
            "a whole question in a reply to somebody else",
            mention("<@7> who said that prices will fall by 7 % this year?", replies_to=ANN),
            RoutedMessage("mention", "who said that prices will fall by 7 % this year?"),
        ),
        (
            "line breaks stay",
            mention("<@7> who said:\n> prices fall"),
            RoutedMessage("mention", "who said:\n> prices fall"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_message_is_answered_when_it_is_meant_for_the_bot(
    what: str, incoming: Incoming, expected: RoutedMessage | None
) -> None:
    assert route(incoming, ME) == expected


LINK = "https://news.example/bridge"


@pytest.mark.parametrize(
    ("text", "documents", "adds"),
    [
        ("add this article", False, "to come"),
        ("hey, can you please add an article for us?", False, "to come"),
        ("How do I add my own articles here?", False, "to come"),
        (f"add {LINK} please", False, "given"),
        (LINK, False, "given"),
        (f"summarise this <{LINK}>", False, "given"),
        ("", True, "given"),
        ("what does this say?", True, "given"),
        ("who said that prices will fall?", True, None),
        (f"What did Ada Park say about cables? {LINK}", False, None),
        ("who added the article about ferries?", False, None),
        ("add", False, None),
        ("read the article: who wants ferries?", False, None),
        ("did the mayor add that the bridge is safe?", False, None),
    ],
)
def test_a_wish_to_add_an_article_is_told_from_a_question(text: str, documents: bool, adds: str | None) -> None:
    routed = route(mention(f"<@7> {text}", documents=documents), ME)
    assert routed is not None
    assert routed.adds == adds


@given(st.text(), st.booleans(), st.sets(st.integers(0, 9)), st.none() | st.integers(0, 9))
def test_nothing_automatic_is_ever_answered(text: str, direct: bool, pings: set[int], replied: int | None) -> None:
    incoming = Incoming(text, automatic=True, direct=direct, pings=frozenset(pings), replies_to=replied)
    assert route(incoming, ME) is None


@given(st.text(), st.sets(st.integers(0, 6)), st.sets(st.integers(0, 69)))
def test_a_server_message_that_names_neither_the_bot_nor_its_role_is_never_answered(
    text: str, pings: set[int], roles: set[int]
) -> None:
    assert route(Incoming(text, pings=frozenset(pings), role_pings=frozenset(roles)), ME) is None


@given(st.text())
def test_the_mention_of_the_bot_is_never_part_of_the_question(text: str) -> None:
    routed = route(mention(f"<@7>{text}<@!7>"), ME)
    assert routed is not None
    assert "<@7>" not in routed.question
