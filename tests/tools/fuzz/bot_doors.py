"""The bot's doors: messages, custom ids of buttons, what is typed for choices, lines of files."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hypothesis import strategies as st

from bot.client.commands.autocomplete import likeliest
from bot.client.routing import BotIdentity, Incoming, route
from bot.client.views.registry import KINDS, StaleControl
from bot.jsonlines import objects
from bot.render.button_codec import unpack
from bot.render.limits import CUSTOM_ID
from bot.services.message_cues import asks, goes_on
from bot.storage.recorded_question import RecordedQuestion
from tests.tools.fuzz.files import SENTENCE
from tests.tools.fuzz.inputs import changed, joined, json_values, questions, texts
from tests.tools.fuzz.run import Target

_ME = BotIdentity(7, 9)
_IDS = [
    *("why:here", "why:123456789012345678", "delete:7", "vote:up", "page:articles:1", "article_keep:a_b-c"),
    *("article_draft:tok:3", "article_draft:tok:e", "more:AAAA", "context:q83vASNFZwA", "reason:other:1"),
]
_PIECES = [*(":", "-", "_", "0", "1", "9" * 19, "here", "e", "\n", " ", "é", "٣", "\u200b", "A", "=", "/", "."), *_IDS]


def check_message(message: Incoming) -> None:
    """What a message asks is told without its mention, and nothing that is not meant for the bot is taken."""
    routed = route(message, _ME)
    assert isinstance(asks(message.content), bool)
    assert isinstance(goes_on(message.content), bool)
    if message.automatic:
        assert routed is None
    if routed is not None:
        assert f"<@{_ME.id}>" not in routed.question
        assert routed.question == routed.question.strip()


def check_custom_id(custom_id: str) -> None:
    """A custom id belongs to one kind of button, which reads it, or is an old one's."""
    fit = [kind for kind in KINDS if kind.form.read(custom_id) is not None]
    assert len(fit) + bool(StaleControl.__discord_ui_compiled_template__.fullmatch(custom_id)) == 1
    try:
        places = unpack(custom_id.rpartition(":")[2])
    except ValueError:
        return
    assert all(0 <= place.start <= place.end for place in places)


def check_choices(given: tuple[list[str], str]) -> None:
    """Choices are among what there is, none twice."""
    found, typed = given
    offered = likeliest(list(range(len(found))), typed, lambda number: found[number])
    assert len(set(offered)) == len(offered)


def check_lines(lines: list[bytes]) -> None:
    """A line is a question, or told in a sentence."""
    told: list[str] = []
    for _, fields in objects(lines, told.append):
        try:
            posed = RecordedQuestion.read(fields)
        except KeyError:
            continue
        except ValueError as error:
            assert SENTENCE.fullmatch(str(error))
            continue
        assert RecordedQuestion.read(json.loads(json.dumps(posed.fields()))) == posed
    assert all(line and "\n" not in line for line in told)


def targets() -> Iterator[Target]:
    """What people send."""
    ids = st.sets(st.sampled_from([7, 8, 9]), max_size=2).map(frozenset)
    contents = texts([*questions()[:50], "<@7> who said it?"], ["<@7>", "<@!7>", "<@&9>", "<@8>", "help", "this"])
    messages = st.builds(
        Incoming,
        content=contents,
        automatic=st.booleans(),
        direct=st.booleans(),
        pings=ids,
        role_pings=ids,
        replies_to=st.sampled_from([None, 7, 8]),
        names=st.dictionaries(st.sampled_from([7, 8]), texts(), max_size=2),
    )
    yield Target("messages", messages, check_message, 100)
    custom_ids = st.one_of(changed(_IDS, _PIECES), joined(_PIECES, 8), st.text(min_size=1, max_size=CUSTOM_ID))
    some = custom_ids.filter(bool).map(lambda custom_id: custom_id[:CUSTOM_ID])
    yield Target("custom ids", some, check_custom_id)
    yield Target("choices", st.tuples(st.lists(texts(), max_size=6), texts()), check_choices, 100)
    record = st.fixed_dictionaries(
        {},
        optional={name: json_values() for name in ("question", "collections", "articles", "asked")},
    ).map(lambda fields: json.dumps(fields).encode())
    lines = st.one_of(record, record, st.binary(max_size=60), texts().map(lambda text: text.encode("utf-8", "replace")))
    yield Target("lines", st.lists(lines, max_size=6), check_lines)
