"""`articles`, `show`, `add`, `remove`, `restore`, `rename`, `purge`, `rebuild`: what is in the index."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import Progress, complain, emit, emit_table, is_terminal
from bot.cli.inputs import InputSource, given
from bot.cli.keeping import restore_backup
from bot.cli.options import (
    DataOption,
    GuildOption,
    Refusals,
    agreed,
    collection_for,
    examples,
    open_library,
    open_records,
    quota_for,
    unknown,
    valid_guild,
)
from bot.errors import Refused

if TYPE_CHECKING:
    from index.article import Article
    from index.library import Library
    from index.store.protocol import ArticleInfo, RemovedInfo

commands = typer.Typer()

IdArguments = Annotated[list[str], typer.Argument(metavar="ID", help="The ids of articles, from `wuzhen articles`.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@commands.command(epilog=examples("wuzhen articles", "wuzhen articles | cut -f1", "wuzhen articles --removed"))
def articles(
    removed: Annotated[bool, typer.Option("--removed", help="List what `wuzhen restore` can bring back.")] = False,
    guild: GuildOption = None,
    data: DataOption = None,
) -> None:
    """List the articles, the public ones or a server's.

    In a pipe they are tab-separated lines. Where older statement rules have read an article, `wuzhen rebuild` reads it
    again.
    """
    from index.statements import RULES
    from index.store.protocol import Scope

    with open_library(data, Progress()) as library:
        if removed:
            _emit_removed(library.removed(collection_for(guild)))
            return
        known = library.articles(Scope(frozenset({collection_for(guild)})))
    rows: list[tuple[object, ...]] = [
        (
            *(info.id, info.title, _count(info), info.characters, info.added_at[:10] or "-"),
            *(info.published or "-", info.source or "-", "-" if info.rules == RULES else "older"),
        )
        for info in known
    ]
    columns = ["ID", "Title", "Statements", "Characters", "Added", "Published", "Source", "Rules"]
    if rows and is_terminal(sys.stdout):  # a person needs no column in which nothing stands
        shown = [place for place in range(len(columns)) if any(row[place] != "-" for row in rows)]
        columns, rows = [columns[i] for i in shown], [tuple(row[i] for i in shown) for row in rows]
    emit_table(columns, rows, right=("Statements", "Characters"), whole=[name for name in columns if name != "Title"])


def _emit_removed(found: Iterable[RemovedInfo]) -> None:
    rows = [(info.id, info.title, info.characters, _minute(info.removed_at), _minute(info.gone_at)) for info in found]
    columns = ("ID", "Title", "Characters", "Removed", "Gone for good")
    emit_table(columns, rows, right=("Characters",), whole=[name for name in columns if name != "Title"])


def _minute(when: str) -> str:
    return f"{when[:16].replace('T', ' ')} UTC"


def _count(info: ArticleInfo) -> str:
    return str(info.statements) if info.statements >= 0 else "not read yet"


@commands.command(epilog=examples("wuzhen show report"))
def show(
    article: Annotated[str, typer.Argument(metavar="ID", help="The id of an article, from `wuzhen articles`.")],
    guild: GuildOption = None,
    data: DataOption = None,
) -> None:
    """Show an article: where it is from, how long it is, and who says what in it."""
    from bot.cli.statement_command import emit_statements
    from bot.phrasing import counted

    with open_library(data, progress := Progress()) as library:
        if article not in _titles(library, guild):
            raise Refused(unknown(article, guild))
        found = library.article(article, collection_for(guild))
        statements = library.statements(article, collection_for(guild))
        progress.clear()
    origin = [f"published {found.published}" if found.published else "", found.source or ""]
    lengths = [counted(len(found.text), "character"), counted(len(statements), "statement")]
    complain("\n".join([found.title, ", ".join(filter(None, [*origin, *lengths]))]))
    emit_statements([(found, statements)])


@commands.command(
    epilog=examples("wuzhen add report.pdf interview.html", "wuzhen add ~/news", "wuzhen add https://example.org/port")
)
def add(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER|LINK|-",
            help="Files, folders with everything readable in them, links to web pages; - for what comes in from stdin.",
        ),
    ],
    guild: GuildOption = None,
    data: DataOption = None,
) -> None:
    """Add articles from files and links, for everybody or for one server.

    Reads .txt, .md, .html, .pdf and .docx, and public web pages. What cannot be added is told in a
    sentence; the others are added, and the command ends with 65.
    """
    from bot.phrasing import counted

    files = list(given(paths, data))
    if not files:
        where = ", ".join(paths)
        raise Refused(f"There is nothing to read in {where}: add .txt, .md, .html, .pdf or .docx files.")
    refusals = Refusals()
    with open_library(data, progress := Progress()) as library:
        added = _add(library, files, refusals, progress, guild)
    statements = sum(info.statements for info in added)
    told = f", {refusals.count} refused" if refusals.count else ""
    emit(f"{counted(len(added), 'article')} added, with {counted(statements, 'statement')}{told}.")
    refusals.exit_if_any()


def _add(
    library: Library, files: Sequence[InputSource], refusals: Refusals, progress: Progress, guild: str | None
) -> list[ArticleInfo]:
    """Read and add the files, telling each one; what was told as added stays, come what may."""
    from bot.phrasing import counted
    from index.article import ArticleError

    added: list[ArticleInfo] = []
    names: dict[str, str] = {}  # of the file that an article was read from last
    with progress.counting(len(files)) as step:

        def on_added(info: ArticleInfo) -> None:
            added.append(info)
            published = f", published {info.published}" if info.published else ""
            emit(f"{info.id}: {info.title} ({counted(info.statements, 'statement')}{published})")
            step()

        def refuse(sentence: str) -> None:
            refusals(sentence)
            step()

        def on_refused(article: Article, sentence: str) -> None:  # which calls it by its id; a person knows the file
            why = sentence.removeprefix(f"{article.id} ").removesuffix(".")
            refuse(str(ArticleError(names[article.id], why)))

        read = (replace(article, collection=collection_for(guild)) for article in _read(files, names, refuse))
        library.add(read, on_added=on_added, on_refused=on_refused, quota=quota_for(guild))
    return added


def _read(files: Iterable[InputSource], names: dict[str, str], refuse: Callable[[str], None]) -> Iterator[Article]:
    """The articles of the files; `names` gets the file's name by the article's id."""
    from index.article import ArticleError

    for file in files:
        try:
            article = file.read()
        except ArticleError as error:
            refuse(str(error))
        else:
            names[article.id] = file.name
            yield article


@commands.command(epilog=examples("wuzhen remove report", "wuzhen remove --yes report interview"))
def remove(
    ids: IdArguments,
    yes: YesOption = False,
    guild: GuildOption = None,
    data: DataOption = None,
) -> None:
    """Remove articles and everything found in them.

    For a day `wuzhen restore` brings them back; then they are gone for good.
    """
    refusals, gone = Refusals(), list[str]()
    with open_library(data, progress := Progress()) as library:
        titles = _titles(library, guild)
        for article in ids:
            if article in titles and is_terminal(sys.stdin) and not yes:
                typer.confirm(f"Remove {article} ({titles[article]})?", abort=True, err=True)
            removed = article in titles and library.remove(article, collection_for(guild))
            progress.clear()
            if removed:
                emit(f"Removed {article}.")
                gone.append(article)
            else:
                refusals(unknown(article, guild))
    if gone:
        complain(f"For a day `wuzhen restore{_of(guild)} {' '.join(gone)}` brings back what was removed.")
    refusals.exit_if_any()


@commands.command(
    epilog=examples(
        "wuzhen restore report", "wuzhen restore --guild 123456789012345678 report", "wuzhen restore wuzhen.zip"
    )
)
def restore(
    ids: Annotated[
        list[str],
        typer.Argument(
            metavar="ID|FILE", help="The ids of articles, from `wuzhen articles --removed`; or a backup's file."
        ),
    ],
    yes: YesOption = False,
    guild: GuildOption = None,
    data: DataOption = None,
) -> None:
    """Bring back articles that were removed within a day, or all that is in a backup.

    A file that `wuzhen backup` made takes the place of everything that is kept; stop the bot before that.
    """
    from bot.storage.backup import is_backup
    from index.store.protocol import StoreError

    if len(ids) == 1 and is_backup(Path(ids[0])):
        restore_backup(Path(ids[0]), data, yes=yes)
        return
    refusals = Refusals()
    with open_library(data, progress := Progress()) as library:
        for article in ids:
            try:
                restored = library.restore(article, collection_for(guild), quota=quota_for(guild))
            except StoreError as error:
                progress.clear()
                refusals(str(error))
                continue
            progress.clear()
            if restored:
                emit(f"Restored {article}.")
            else:
                refusals(f"No article {article} was removed within a day: see `wuzhen articles{_of(guild)} --removed`.")
    refusals.exit_if_any()


@commands.command(epilog=examples("wuzhen rename report What the ministers said"))
def rename(
    article: Annotated[str, typer.Argument(metavar="ID", help="The id of an article, from `wuzhen articles`.")],
    title: Annotated[list[str], typer.Argument(metavar="TITLE", help="Its new title; it needs no quotation marks.")],
    guild: GuildOption = None,
    data: DataOption = None,
) -> None:
    """Give an article another title; its id and text stay."""
    with open_library(data, progress := Progress()) as library:
        renamed = library.rename(article, " ".join(title), collection_for(guild))
        progress.clear()
        if not renamed:
            raise Refused(unknown(article, guild))
        emit(f"{article}: {_titles(library, guild)[article]}")


@commands.command(epilog=examples("wuzhen purge --guild 123456789012345678"))
def purge(
    guild: Annotated[str, typer.Option("--guild", metavar="ID", callback=valid_guild, help="The server, by its id.")],
    yes: YesOption = False,
    data: DataOption = None,
) -> None:
    """Delete all that is kept of a server, for good and now.

    Its articles, those removed from it, the votes and unanswered questions of its people, its settings, and who
    changed what. The bot itself does so some time after it was removed from a server (WUZHEN_LEAVE_DAYS).
    """
    from bot.phrasing import counted
    from bot.services.erasure import forget_server

    agreed(f"Delete all that is kept of the server {guild}, for good?", yes=yes)
    with open_library(data, progress := Progress()) as library:
        with open_records(data) as records:
            count, votes, gaps = forget_server(int(guild), library, *(records or (None, None)))
        progress.clear()
    emit(f"Deleted {counted(count, 'article')}, {counted(votes, 'vote')} and {counted(gaps, 'unanswered question')}.")
    complain("The server's settings, and who changed what there, are deleted, too.")


def _titles(library: Library, guild: str | None) -> dict[str, str]:
    from index.store.protocol import Scope

    return {info.id: info.title for info in library.articles(Scope(frozenset({collection_for(guild)})))}


def _of(guild: str | None) -> str:
    """The option that names the server."""
    return "" if guild is None else f" --guild {guild}"


@commands.command(epilog=examples("wuzhen rebuild", "wuzhen rebuild --all"))
def rebuild(
    everything: Annotated[bool, typer.Option("--all", help="Also those that these rules have read.")] = False,
    data: DataOption = None,
) -> None:
    """Read articles again that older rules have read, or all after another model was set.

    `wuzhen run` does the first by itself, while it answers from what it has.
    """
    from bot.phrasing import counted

    with open_library(data, progress := Progress()) as library:
        count = library.rebuild() if everything else library.renew()
        progress.clear()
    emit(f"{counted(count, 'article')} read again.")
