"""Should this message be answered, and what is the question in it? Pure: no input or output, no discord."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.services.request import Surface

_SPACES = re.compile(r"[^\S\n]+")
_LINK = re.compile(r"<?(https?://[^\s<>]+)>?")

# who is only called into a conversation, in front of what is asked and behind it
_PING = re.compile(r"<@[!&]?\d+>|@everyone\b|@here\b")
_BETWEEN = " \t\n,:;"
_END_MARKS = " \t\n?!."
# what makes such a name a part of the question: "<@1> said …", "what is said about <@1>"
_OF_A_SUBJECT = re.compile(r"['’]s\b|(?:said|says|told|wrote|claimed|claims|thinks|believes)\b", re.IGNORECASE)
_BEFORE_A_NAME = (
    "a about against an and any are as ask asked by can could did do does for from has have is like mention mentioned"
    " of on or quote quoted quotes said tell than the to told was were will with would"
)
_WANTS_A_NAME = frozenset(_BEFORE_A_NAME.split())

# a wish to have an article added holds nothing but these words: those of politeness, of adding, of what is added
_OF_WISHES = (
    "a again also bot can could d do for hello hey hi how i id just kindly let lets like me now ok okay please pls s so"
    " thank thanks then to too us want we will would you"
)
_OF_ADDING = "add adding import include index ingest learn read save submit take upload"
_OF_ARTICLES = (
    "a an another article articles attached attachment below database doc document documents file files following from"
    " here in index into it library link links list more my new news newspaper one our own page pages paper pdf post"
    " report some source sources stories story text texts that the these this those url website your"
)
_POLITE, _ADDING, _ADDED = (frozenset(one.split()) for one in (_OF_WISHES, _OF_ADDING, _OF_ARTICLES))
_POINTS = frozenset({"this", "it", "these", "article", "attached", "document", "file", "link", "page", "pdf"})
_FEW = 3  # words that make no question of their own beside a file or a link ("summarise this")
_HELP = frozenset({"help", "!help", "/help", "?", "commands", "hilfe", "ayuda", "aide", "帮助"})

# whole questions that only point at the message which they reply to
_IT = r"(?:all |any of )?(?:this|that|it|these|those)"
_LEADS = r"(?:(?:so|and|ok|okay|hey|hi|please|pls|wait|wow|but)\W+)*"
_POINTING: tuple[tuple[Literal["who", "check"], re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"{_LEADS}(?:{words})\W*", re.IGNORECASE))  # type: ignore[misc] # mypy widens the literals
    for kind, words in (
        ("who", rf"who(?: really| actually)? (?:said|says|wrote|claimed|claims|stated) {_IT}"),
        ("who", rf"whose words (?:are|is) {_IT}|who|source|sources"),
        ("check", rf"(?:is|was|are) {_IT} (?:really |actually )?(?:true|real|right|correct|accurate|legit|fake)"),
        ("check", rf"(?:check|verify|fact[- ]?check) {_IT}|true|really|fact[- ]?check"),
        (
            "check",
            rf"did (?P<speaker>[^?!.]{{1,80}}?) (?:really |actually |ever )?(?:say|claim|write|state) {_IT}",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """The bot: its user id, and the id of its own role in this server."""

    id: int
    role: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """What routing needs to know of a message.

    Attributes:
        content: the text; Discord leaves it empty where the message is not meant for the bot.
        automatic: written by a bot, a webhook or Discord itself.
        direct: whether it stands in a direct message.
        pings: ids of the users it really mentions; a text like "<@7>" in a code block mentions nobody. The author of
            a message that is replied to is one of them, unless the asker switched that off.
        replies_to: the id of the author of the message it replies to.
        names: what to read for "<@7>" in its text, by id.
        documents: whether files that may be articles are attached.
    """

    content: str
    automatic: bool = False
    direct: bool = False
    pings: frozenset[int] = frozenset()
    role_pings: frozenset[int] = frozenset()
    replies_to: int | None = None
    names: Mapping[int, str] = field(default_factory=dict)
    documents: bool = False


@dataclass(frozen=True, slots=True)
class Pointing:
    """A question about another message: who said it, or whether it is true; `speaker` is who is to have said it."""

    kind: Literal["who", "check"]
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class RoutedMessage:
    """A message that is meant for the bot. An empty question asks for help.

    Attributes:
        points: set where it only points at somebody else's message, which it replies to.
        adds: set where it is a wish to have an article added: one that it holds as a file or a link, or one to come.
    """

    surface: Surface
    question: str
    points: Pointing | None = None
    adds: Literal["given", "to come"] | None = None


def route(incoming: Incoming, me: BotIdentity) -> RoutedMessage | None:
    """How to take a message; None for one that is none of the bot's business.

    Meant for the bot are messages of people that mention it or its own role by name, that reply to one of its
    messages, and all direct messages. `@everyone` mentions nobody in particular.
    """
    if incoming.automatic:
        return None
    surface = _surface(incoming, me)
    if surface is None:
        return None
    question = words_of(incoming, me)
    if question.casefold() in _HELP:
        question = ""
    at_another = incoming.replies_to is not None and incoming.replies_to != me.id
    if adds := _adding(question, documents=incoming.documents):
        return RoutedMessage(surface, question, adds=adds)
    return RoutedMessage(surface, question, _pointing(question) if at_another else None)


def _pointing(question: str) -> Pointing | None:
    """What a reply to another message asks about it; a bare mention asks who said it."""
    if not question:
        return Pointing("who")
    for kind, pattern in _POINTING:
        if found := pattern.fullmatch(question):
            return Pointing(kind, found.groupdict().get("speaker") or "")
    return None


def _adding(question: str, *, documents: bool) -> Literal["given", "to come"] | None:
    """Whether a message only wishes to have an article added, and whether it holds one."""
    given = documents or _LINK.search(question) is not None
    words = re.findall(r"[^\W\d_]+", _LINK.sub(" ", question).casefold())
    asked = [word for word in words if word not in _POLITE]
    if asked and asked[0] in _ADDING and (asked[1:] or given) and _ADDED.issuperset(asked[1:]):
        return "given" if given else "to come"
    few = _FEW if _POINTS.isdisjoint(asked) else 2 * _FEW
    return "given" if given and len(asked) <= few else None


def link_in(text: str) -> str | None:
    """The first link in a text."""
    found = _LINK.search(text)
    return found[1].rstrip(".,;:!?)'\"") if found else None


def _surface(incoming: Incoming, me: BotIdentity) -> Surface | None:
    if incoming.direct:
        return "dm"
    if incoming.replies_to == me.id:
        return "reply" if incoming.content else None  # with the ping switched off there is nothing to read
    by_name = me.id in incoming.pings and _mentions(me.id).search(incoming.content)
    by_role = me.role is not None and me.role in incoming.role_pings
    return "mention" if by_name or by_role else None


def words_of(incoming: Incoming, me: BotIdentity) -> str:
    """A message's text without the mention of the bot, with the names of the people that are mentioned inside it."""
    text = _mentions(me.id).sub(" ", incoming.content)
    if me.role is not None:
        text = text.replace(f"<@&{me.role}>", " ")
    text = _without_calls(text.strip()) or text
    for id_, name in incoming.names.items():
        text = _mentions(id_).sub(lambda _, name=name: name, text)  # type: ignore[misc] # mypy wants one argument
    return "\n".join(_SPACES.sub(" ", line).strip() for line in text.splitlines()).strip(" \n,:")


def _without_calls(text: str) -> str:
    """The text without the mentions at its start and its end that only call somebody."""
    while found := _PING.match(text):
        rest = text[found.end() :]
        if _OF_A_SUBJECT.match(rest.lstrip(_BETWEEN)):
            break
        text = rest.lstrip(_BETWEEN)
    while True:
        body = text.rstrip(_END_MARKS)
        at = max(body.rfind("<@"), body.rfind("@everyone"), body.rfind("@here"))
        before = body[:at].rstrip(_BETWEEN) if at >= 0 else ""
        if not before or not _PING.fullmatch(body[at:]) or before.split()[-1].casefold() in _WANTS_A_NAME:
            return text
        text = before + text[len(body) :]


def _mentions(id_: int) -> re.Pattern[str]:
    return re.compile(rf"<@!?{id_}>")
