"""What Discord offers while somebody types: speakers and articles, the likeliest first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from discord import app_commands
from rapidfuzz import fuzz

from bot.client.asker_scope import scope_here, scope_of
from bot.client.parts import Interaction, Parts
from bot.errors import Sorry
from bot.phrasing import LazyPhrase
from bot.render.limits import CHOICE, CHOICES
from index.store.protocol import Scope

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_ALIKE = 70  # of 100: how near a misspelt name must come to be offered


async def choose_speaker(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The speakers who fit what is typed; with nothing typed, who is quoted most."""
    parts = interaction.client.parts
    scope = await scope_here(interaction)
    found = await _offered(parts, lambda: likeliest(parts.library.speakers(scope), typed, lambda one: one.name))
    return _choices((f"{one.name}, {one.role}" if one.role else one.name, one.name) for one in found)


async def choose_article(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The articles that fit what is typed; with nothing typed, the newest."""
    parts, scope = interaction.client.parts, await scope_of(interaction)
    found = await _offered(
        parts, lambda: likeliest(parts.library.articles(scope)[::-1], typed, lambda info: info.title)
    )
    return _choices((info.title, info.id) for info in found)


async def article_named(parts: Parts, typed: str, scope: Scope) -> Scope:
    """The scope narrowed to the article that was chosen from the list, or whose id or title was typed.

    Raises:
        Sorry: none is called that.
    """
    infos = await parts.off_loop(lambda: parts.library.articles(scope))
    wanted = typed.strip().casefold()
    for info in infos:
        if wanted in {info.id.casefold(), info.title.casefold(), _cut(info.title).casefold()}:
            return replace(scope, articles=frozenset({info.id}))
    raise Sorry(LazyPhrase("no_such_article"))


def likeliest(found: Sequence[_T], typed: str, name_of: Callable[[_T], str]) -> list[_T]:
    """Those whose name fits what is typed: its start first, then the start of a word in it, then any part of it.

    Only where it fits none it is taken for a misspelling. Of what is typed the beginning counts, as much as is shown
    of a name. With thousands of names this takes a while: not for the event loop.
    """
    wanted = " ".join(typed[:CHOICE].casefold().split())
    names = [" ".join(name_of(one).casefold().split()) for one in found]
    ranks = [_fit(wanted, name) for name in names]
    if not any(ranks):
        ranks = [_likeness(wanted, name) for name in names]
    best_first = sorted(range(len(ranks)), key=lambda i: -ranks[i])
    return [found[i] for i in best_first if ranks[i]]


def _fit(wanted: str, name: str) -> float:
    """How well it fits as it is typed; 0 where it does not."""
    if name.startswith(wanted):
        return 3
    if f" {wanted}" in name:
        return 2
    return 1 if wanted in name else 0


def _likeness(wanted: str, name: str) -> float:
    """How much it looks like the name or a part of it, in whatever order of words; 0 for too little."""
    alike = max(fuzz.partial_ratio(wanted, name), fuzz.partial_token_sort_ratio(wanted, name))
    return alike if alike >= _ALIKE else 0


async def _offered(parts: Parts, read: Callable[[], list[_T]]) -> list[_T]:
    """What there is, found off the loop; nothing when it cannot be read: a list of choices has no place for why."""
    try:
        return await parts.off_loop(read)
    except Exception as error:
        _log.warning("no choices: %s", type(error).__name__)
        return []


def _choices(offered: Iterable[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    """As many as Discord shows, with names cut to its length; a value too long for it cannot be offered."""
    choices = [app_commands.Choice(name=_cut(name), value=value) for name, value in offered if len(value) <= CHOICE]
    return choices[:CHOICES]


def _cut(name: str) -> str:
    return name if len(name) <= CHOICE else f"{name[: CHOICE - 1]}…"
