"""`ask`: questions from the command line and from JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import (
    ArticleOption,
    DataOption,
    GuildOption,
    LanguageOption,
    Refusals,
    examples,
    language_named,
    open_library,
    scope_of,
)
from bot.cli.showing import show
from bot.console import Progress, emit_json
from bot.errors import ExitCode, Refused

if TYPE_CHECKING:
    from index.answer.model import Answer
    from index.library import Library
    from index.phrases import Language
    from index.store.protocol import Scope

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "wuzhen ask who said small firms need help",
        'wuzhen ask --json "Did the minister deny the report?"',
        "wuzhen ask --jsonl questions.jsonl > answers.jsonl",
    )
)
def ask(  # noqa: PLR0913, PLR0917 - an option each
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION", help="The question; it needs no quotation marks."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")] = False,
    jsonl: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|-",
            help='Answer a file (or stdin) of lines {"id", "question", "conversation"}, an object a line. '
            "Lines with the same conversation share a memory.",
        ),
    ] = None,
    article: ArticleOption = None,
    guild: GuildOption = None,
    language: LanguageOption = "en",
    data: DataOption = None,
) -> None:
    """Ask who said what. The answer shows the exact words, who said them, and where.

    Ends with 0 when answered, 1 when the articles do not say.
    """
    question = " ".join(words or []).strip()
    if jsonl is not None and words:
        raise Refused("Give a question or --jsonl, not both.", ExitCode.USAGE)
    if jsonl is None and not question:
        raise Refused("Give a question, such as: wuzhen ask who said small firms need help", ExitCode.USAGE)
    spoken = language_named(language)
    with open_library(data, progress := Progress()) as library:
        scope = scope_of(library, article, guild)
        if jsonl is not None:
            _ask_lines(library, jsonl, scope, spoken, progress)
            return
        answer, _ = library.ask(question, scope=scope, language=spoken)
        progress.clear()
        if as_json:
            emit_json(answer.to_json())
        else:
            show(answer)
        if answer.status == "not_found":
            raise typer.Exit(ExitCode.NOT_FOUND)


def _ask_lines(library: Library, name: str, scope: Scope, language: Language, progress: Progress) -> None:
    """Answer every line that holds a question, in order; then end with 65 if one did not."""
    from bot.jsonlines import objects, opened

    refusals = Refusals()
    with opened(name) as lines:
        asked = _questions(objects(lines, refusals), refusals)
        for fields, answer in answers_of(library, asked, scope, language):
            progress.clear()
            emit_json(answer.to_json() | {key: fields.get(key) for key in ("id", "conversation")})
    refusals.exit_if_any()


def _questions(rows: Iterable[tuple[int, dict[str, Any]]], refusals: Refusals) -> Iterator[dict[str, Any]]:
    """The rows that hold a question; the others are told."""
    for number, fields in rows:
        if not isinstance(fields.get("question"), str):
            refusals(f'line {number}: no question; it must hold {{"question": "…"}}.')
        elif not isinstance(fields.get("conversation"), str | int | None):
            refusals(f'line {number}: "conversation" must be a text, a number or null.')
        else:
            yield fields


def answers_of(
    library: Library, asked: Iterable[dict[str, Any]], scope: Scope, language: Language = "en"
) -> Iterator[tuple[dict[str, Any], Answer]]:
    """Answer each object's `question`, in order; objects with the same `conversation` share a memory."""
    from index.question.model import Memory

    memories: dict[str | int | None, Memory] = {}
    for fields in asked:
        conversation = fields.get("conversation")
        memory = memories.get(conversation, Memory())
        answer, memory = library.ask(fields["question"], scope=scope, memory=memory, language=language)
        if conversation is not None:
            memories[conversation] = memory
        yield fields, answer
