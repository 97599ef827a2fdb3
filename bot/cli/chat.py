"""`chat`: a conversation in the terminal, with line editing, history, a memory, and a polite end."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.answer_text import show
from bot.cli.console import Progress, emit, is_terminal
from bot.cli.options import (
    ArticleOption,
    DataOption,
    GuildOption,
    LanguageOption,
    examples,
    language_named,
    open_library,
    scope_of,
)

if TYPE_CHECKING:
    from index.library import Library
    from index.phrases import Language
    from index.store.protocol import Scope

PROMPT = "> "
LEAVING = frozenset({"bye", "exit", "quit", ":q"})
HISTORY_LENGTH = 1000  # questions


commands = typer.Typer()


@commands.command(epilog=examples("wuzhen chat", "wuzhen chat --article port-strike"))
def chat(
    article: ArticleOption = None,
    guild: GuildOption = None,
    language: LanguageOption = "en",
    data: DataOption = None,
) -> None:
    """Ask in a conversation.

    It remembers what was just talked about: "what else did she say?" is understood. Ctrl-D leaves, and so does
    Ctrl-C at an empty prompt.
    """
    from bot.config import load_settings

    spoken, history = language_named(language), load_settings(data).data / "chat_history"
    with open_library(data, progress := Progress()) as library:
        converse(library, scope_of(library, article, guild), spoken, progress, history=history)


def converse(library: Library, scope: Scope, language: Language, progress: Progress, *, history: Path) -> None:
    """Answer line after line of stdin until it ends; a person at a terminal gets a prompt and a history."""
    from index.question.model import Memory

    memory = Memory()
    person = is_terminal(sys.stdin) and is_terminal(sys.stdout)
    if person:
        count = len(library.articles(scope))
        emit(f"Ask who said what in {count} article{'' if count == 1 else 's'}. Ctrl-D leaves.")
    with line_editing(history) if person else contextlib.nullcontext():
        for question in _typed() if person else _piped():
            try:
                answer, memory = library.ask(question, scope=scope, memory=memory, language=language)
                progress.clear()
                show(answer)
                emit()
            except KeyboardInterrupt:
                if not person:
                    raise
                progress.clear()
                emit("\nStopped.")


def _piped() -> Iterator[str]:
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


def _typed() -> Iterator[str]:
    """What is typed at the prompt, until Ctrl-D, a word of leaving, or Ctrl-C with nothing typed.

    With something typed, Ctrl-C only drops it.
    """
    while True:
        try:
            question = input(PROMPT).strip()
        except KeyboardInterrupt:
            if _half_typed():
                emit("\n(Ctrl-C again or Ctrl-D leaves.)")
                continue
            emit("\nBye.")
            return
        except EOFError:
            emit("\nBye.")
            return
        if question.lower() in LEAVING:
            emit("Bye.")
            return
        if question:
            yield question


def _half_typed() -> bool:
    """Whether the line that was just interrupted had something in it; without readline nobody can tell."""
    try:
        import readline
    except ImportError:
        return False
    return bool(readline.get_line_buffer().strip())


@contextlib.contextmanager
def line_editing(history: Path) -> Iterator[None]:
    """Arrow keys and earlier questions at the prompt; `history` is for its owner's eyes only.

    A system without readline, or a file that cannot be used, costs the history and nothing else.
    """
    try:
        import readline
    except ImportError:
        yield
        return
    with contextlib.suppress(OSError):
        readline.read_history_file(history)
    readline.set_history_length(HISTORY_LENGTH)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            history.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(history, os.O_CREAT | os.O_WRONLY, 0o600))  # private before anything is in it
            readline.write_history_file(history)
            history.chmod(0o600)
