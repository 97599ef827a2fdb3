"""Articles that a question file brings along, in an index of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.config import Settings
from bot.errors import ExitCode, Refused
from index.article import Article, article_from_text
from index.library import Library
from index.store.protocol import Scope

Say = Callable[[str], None]
Counting = Callable[[int], AbstractContextManager[Callable[[], None]]]

_COLLECTION = "eval"  # beside the public one, which holds the shipped article


def article_of(text: str, name: str) -> Article:
    """A text as an article whose id tells the text apart from every other; `name` is the id's beginning and the title.

    Raises:
        ArticleError: there is nothing to read in the text.
    """
    sha256 = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return article_from_text(text, id=f"{name}-{sha256[:16]}", title=name.replace("_", " "), collection=_COLLECTION)


def scope_of(articles: Iterable[Article]) -> Scope:
    """These articles alone."""
    return Scope(frozenset({_COLLECTION}), frozenset(article.id for article in articles))


@contextmanager
def library_with(
    articles: Iterable[Article], settings: Settings, keep: Path | None, say: Say, counting: Counting
) -> Iterator[Library]:
    """A library that holds these articles and the shipped one, and answers as the one of the settings does.

    Args:
        articles: those that the folder has already are not read again; others of an earlier file are removed.
        settings: which model and operating point; the exported model in its data folder is used, too.
        keep: the data folder to keep, made where it is missing; None for one that is gone afterwards.
        say: is told what takes its time.
        counting: of so many articles; what it gives is called at each.

    Raises:
        Refused: `keep` is the data folder of the settings.
    """
    if keep is not None and keep.resolve() == settings.data.resolve():
        raise Refused(f"{keep} is your data folder: give --keep a folder of its own.", ExitCode.USAGE)
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(TemporaryDirectory(prefix="wuzhen-eval-")))
        _lend_models(settings, folder, say)
        library = stack.enter_context(settings.library(say, folder))
        _fill(library, articles, say, counting)
        yield library


def _lend_models(settings: Settings, folder: Path, say: Say) -> None:
    """Let a data folder use the exported models of the settings' one."""
    from index.encoder import load_encoder

    load_encoder(settings.data, settings.model, say, settings.threads)  # exports it where it is not yet
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # there already, or no such links here: then it is exported again
        (folder / "models").symlink_to((settings.data / "models").absolute(), target_is_directory=True)


def _fill(library: Library, articles: Iterable[Article], say: Say, counting: Counting) -> None:
    """Add the articles that are not there yet, and remove others: how rare a word is depends on all there are."""
    wanted = {article.id: article for article in articles}
    kept = {info.id for info in library.articles(Scope(frozenset({_COLLECTION})))}
    for other in sorted(kept - wanted.keys()):
        library.remove(other, _COLLECTION)
    new = [article for article in wanted.values() if article.id not in kept]
    if not new:
        return
    say(f"Reading {len(new)} text{'' if len(new) == 1 else 's'}…")
    with counting(len(new)) as step:
        library.add(new, on_added=lambda _: step())
