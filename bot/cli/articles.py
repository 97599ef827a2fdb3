"""`articles`, `add`, `remove`, `rebuild`: what is in the index."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import DataOption, Refusals, examples, open_library
from bot.console import Progress, emit, emit_table, is_terminal
from bot.errors import Refused

if TYPE_CHECKING:
    from index.article import Article
    from index.library import Library
    from index.store.protocol import ArticleInfo

commands = typer.Typer()


@commands.command(epilog=examples("wuzhen articles", "wuzhen articles | cut -f1"))
def articles(data: DataOption = None) -> None:
    """List the articles.

    In a pipe they are tab-separated lines.
    """
    with open_library(data, Progress()) as library:
        known = library.articles()
    rows = [(info.id, info.title, _count(info), info.characters, info.added_at[:10] or "-") for info in known]
    emit_table(("ID", "Title", "Statements", "Characters", "Added"), rows, right=("Statements", "Characters"))


def _count(info: ArticleInfo) -> str:
    return str(info.statements) if info.statements >= 0 else "not read yet"


@commands.command(epilog=examples("wuzhen add report.pdf interview.html", "wuzhen add ~/news"))
def add(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE|FOLDER", help="Files, or folders with everything readable in them."),
    ],
    data: DataOption = None,
) -> None:
    """Add articles from files.

    Reads .txt, .md, .html, .pdf and .docx. What cannot be added is told in a sentence; the others are
    added, and the command ends with 65.
    """
    files = list(_files(paths))
    if not files:
        where = ", ".join(str(path) for path in paths)
        raise Refused(f"There is nothing to read in {where}: add .txt, .md, .html, .pdf or .docx files.")
    refusals = Refusals()
    with open_library(data, progress := Progress()) as library:
        added = _add(library, files, refusals, progress)
    statements = sum(info.statements for info in added)
    told = f", {refusals.count} refused" if refusals.count else ""
    emit(f"{_plural(len(added), 'article')} added, with {_plural(statements, 'statement')}{told}.")
    refusals.exit_if_any()


def _add(library: Library, files: Sequence[Path], refusals: Refusals, progress: Progress) -> list[ArticleInfo]:
    """Read and add the files, telling each one; what was told as added stays, come what may."""
    from index.article import ArticleError

    added: list[ArticleInfo] = []
    names: dict[str, str] = {}  # of the file that an article was read from last
    with progress.counting(len(files)) as step:

        def on_added(info: ArticleInfo) -> None:
            added.append(info)
            emit(f"{info.id}: {info.title} ({_plural(info.statements, 'statement')})")
            step()

        def refuse(sentence: str) -> None:
            refusals(sentence)
            step()

        def on_refused(article: Article, sentence: str) -> None:  # which calls it by its id; a person knows the file
            why = sentence.removeprefix(f"{article.id} ").removesuffix(".")
            refuse(str(ArticleError(names[article.id], why)))

        library.add(_read(files, names, refuse), on_added=on_added, on_refused=on_refused)
    return added


def _read(files: Iterable[Path], names: dict[str, str], refuse: Callable[[str], None]) -> Iterator[Article]:
    """The articles of the files; `names` gets the file's name by the article's id."""
    from index.article import ArticleError
    from index.reading import read_article

    for file in files:
        try:
            article = read_article(file)
        except ArticleError as error:
            refuse(str(error))
        else:
            names[article.id] = file.name
            yield article


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The named files; of folders, sorted, all that has a readable ending and is not hidden."""
    from index.reading import SUFFIXES

    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            shown = (Path(folder, name) for name in sorted(names) if not name.startswith("."))
            yield from (file for file in shown if file.suffix.lower() in SUFFIXES)


@commands.command(epilog=examples("wuzhen remove report", "wuzhen remove --yes report interview"))
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="The ids of articles, from `wuzhen articles`.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    data: DataOption = None,
) -> None:
    """Remove articles and everything found in them."""
    refusals = Refusals()
    with open_library(data, progress := Progress()) as library:
        titles = {info.id: info.title for info in library.articles()}
        for article in ids:
            if article in titles and is_terminal(sys.stdin) and not yes:
                typer.confirm(f"Remove {article} ({titles[article]})?", abort=True, err=True)
            removed = article in titles and library.remove(article)
            progress.clear()
            if removed:
                emit(f"Removed {article}.")
            else:
                refusals(f"There is no article {article}: `wuzhen articles` lists the ones there are.")
    refusals.exit_if_any()


@commands.command(epilog=examples("wuzhen rebuild"))
def rebuild(data: DataOption = None) -> None:
    """Read all articles again.

    Needed after another model was set, and of use after a newer Wuzhen was installed.
    """
    with open_library(data, progress := Progress()) as library:
        count = library.rebuild()
        progress.clear()
    emit(f"{_plural(count, 'article')} read again.")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
