"""What the commands share: the --data and --guild options, the library, examples in help."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import Progress, complain, is_terminal
from bot.errors import ExitCode, Refused

if TYPE_CHECKING:
    from bot.storage.feedback import Records
    from bot.storage.guilds import GuildStore
    from index.library import Library
    from index.phrases import Language
    from index.store.protocol import Quota, Scope

_SNOWFLAKE = re.compile(r"[1-9][0-9]{14,19}")
_HOW_TO_COPY = 'in Discord, turn on the developer mode and choose "Copy Server ID" in the server\'s menu'


def _inherited(ctx: typer.Context, given: Path | None) -> Path | None:
    """The folder given to this command, or before it."""
    outer: Path | None = ctx.find_root().params.get("data")
    return given or outer


DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FOLDER",
        callback=_inherited,
        help="Where the articles are kept.  [env var: WUZHEN_DATA]",
        show_default=False,
    ),
]
ArticleOption = Annotated[
    list[str] | None,
    typer.Option(
        "--article",
        metavar="ID",
        help="Look only in this article; may be repeated.",
        show_default=False,
    ),
]


def valid_guild(given: str | None) -> str | None:
    """A server's id as Discord shows it.

    Raises:
        Refused: it is none.
    """
    if given is not None and not _SNOWFLAKE.fullmatch(given):
        raise Refused(f"{given!r} is not a server's id: it has 15 to 20 digits; {_HOW_TO_COPY}.", ExitCode.USAGE)
    return given


GuildOption = Annotated[
    str | None,
    typer.Option(
        "--guild",
        metavar="ID",
        callback=valid_guild,
        help="The Discord server that the articles belong to, by its id.",
        show_default=False,
    ),
]


LanguageOption = Annotated[
    str,
    typer.Option(
        "--language",
        metavar="CODE",
        help="The language of the words round the quotes: en, or zh-CN for Chinese. Questions are asked in English.",
    ),
]


def language_named(code: str) -> Language:
    """The language with this code.

    Raises:
        Refused: there are no answers in it.
    """
    from index.phrases import LANGUAGES

    for language in LANGUAGES:
        if language.casefold() == code.casefold():
            return language
    raise Refused(f"There are no answers in {code!r}: choose one of {', '.join(LANGUAGES)}.", ExitCode.USAGE)


def collection_for(guild: str | None) -> str:
    """The collection of a server's articles; without a server, the public one."""
    from bot.services.scopes import collection_of
    from index.store.protocol import PUBLIC

    return PUBLIC if guild is None else collection_of(int(guild))


def quota_for(guild: str | None) -> Quota | None:
    """How much a server's collection may hold; the public one is its owner's, without a limit."""
    from bot.config import load_settings
    from index.store.protocol import Quota

    settings = load_settings()
    return None if guild is None else Quota(settings.guild_articles, settings.guild_characters)


def unknown(article: str, guild: str | None) -> str:
    """That there is no such article, and where those that there are can be seen."""
    where = "" if guild is None else f" --guild {guild}"
    return f"There is no article {article}: `wuzhen articles{where}` lists the ones there are."


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\n" + "\n".join(["Examples:" if len(lines) > 1 else "Example:", *(f"  {line}" for line in lines)])


@contextmanager
def open_library(data: Path | None, progress: Progress) -> Iterator[Library]:
    """The library of the data folder that holds here; what takes time is told to `progress`.

    Raises:
        Refused: a setting is not allowed.
    """
    from bot.config import load_settings

    with progress, load_settings(data).library(progress) as library:
        yield library


@contextmanager
def open_records(data: Path | None) -> Iterator[tuple[Records, GuildStore] | None]:
    """The bot's records and what managers of servers set, in the data folder that holds here; None where no bot ran.

    Raises:
        Refused: a setting is not allowed, there is no data folder, or the records cannot be used.
    """
    from bot.config import load_settings
    from bot.storage.feedback import NAME, Records
    from bot.storage.guilds import GuildStore

    folder = load_settings(data).data
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder}: name the bot's data folder with --data, or set WUZHEN_DATA.")
    path = folder / NAME
    if not path.exists():
        yield None
        return
    with Records(path) as records, GuildStore(path) as guilds:
        yield records, guilds


def scope_of(library: Library, articles: list[str] | None, guild: str | None = None) -> Scope:
    """What may be looked at: the public articles and those of a server; of these, only the named ones if any are.

    Raises:
        Refused: one of them is not there.
    """
    from index.store.protocol import PUBLIC, Scope

    scope = Scope(frozenset({PUBLIC, collection_for(guild)}))
    if not articles:
        return scope
    known = {info.id for info in library.articles(scope)}
    missing = [article for article in articles if article not in known]
    if missing:
        raise Refused(unknown(", ".join(missing), guild))
    return Scope(scope.collections, frozenset(articles))


def agreed(question: str, *, yes: bool) -> None:
    """Go on only where a person says so: on a terminal when asked, elsewhere with --yes.

    Raises:
        Refused: nobody can be asked. typer.Abort: the answer is no.
    """
    if yes:
        return
    if not is_terminal(sys.stdin):
        raise Refused(f"{question} Nobody can be asked here: say --yes.", ExitCode.USAGE)
    typer.confirm(question, abort=True, err=True)


class Refusals:
    """Tells every refused part of a batch at once, and ends the command with 65 if there was one."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, sentence: str) -> None:
        """Tell one."""
        self.count += 1
        complain(sentence)

    def exit_if_any(self) -> None:
        """End the command where something was refused."""
        if self.count:
            raise typer.Exit(ExitCode.BAD_INPUT)
