"""`ask`: questions from the command line and from JSON lines; `quotes`, `check`, `speakers`: the same as forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.answer_text import show, show_why
from bot.cli.console import Progress, emit_json, emit_table
from bot.cli.options import (
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
from bot.errors import ExitCode, Refused

if TYPE_CHECKING:
    from index.answer.contract import Answer
    from index.answer.explanation import Trace
    from index.library import Library
    from index.phrases import Language
    from index.question.model import Asked, Memory
    from index.store.protocol import Scope

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "wuzhen ask who said small firms need help",
        'wuzhen ask --json "Did the minister deny the report?"',
        'wuzhen ask --why "What did the minister say about trade?"',
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
    why: Annotated[
        bool,
        typer.Option(
            "--why",
            help="Tell how the answer came about, too: what was understood, which gate decided, and the candidates "
            'with their scores; in JSON under "why".',
        ),
    ] = False,
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
            _ask_lines(library, jsonl, scope, spoken, progress, why=why)
            return
        _answer(library, question, scope, spoken, progress, as_json=as_json, why=why)


JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")]
SpeakerArgument = Annotated[str, typer.Argument(metavar="SPEAKER", help='Who: "Ada Park", "the engineer".')]


@commands.command(epilog=examples('wuzhen quotes "Ada Park"', 'wuzhen quotes "Ada Park" the bridge'))
def quotes(  # noqa: PLR0913, PLR0917 - an option each
    speaker: SpeakerArgument,
    topic: Annotated[
        list[str] | None,
        typer.Argument(metavar="TOPIC", help="Only what they said about this; all of it unless named."),
    ] = None,
    as_json: JsonOption = False,
    article: ArticleOption = None,
    guild: GuildOption = None,
    language: LanguageOption = "en",
    data: DataOption = None,
) -> None:
    """Show what somebody said, word for word. Ends with 1 when the articles do not say."""
    from index.question.model import Asked

    _form(Asked("what_said", speaker, " ".join(topic or [])), article, guild, language, data, as_json=as_json)


@commands.command(epilog=examples('wuzhen check "Ada Park" the bridge is safe'))
def check(  # noqa: PLR0913, PLR0917 - likewise
    speaker: SpeakerArgument,
    claim: Annotated[list[str], typer.Argument(metavar="CLAIM", help="What they are supposed to have said.")],
    as_json: JsonOption = False,
    article: ArticleOption = None,
    guild: GuildOption = None,
    language: LanguageOption = "en",
    data: DataOption = None,
) -> None:
    """Say whether somebody said something, and show the words that prove it. Ends with 1 when that is unknown."""
    from index.question.model import Asked

    _form(Asked("verify", speaker, " ".join(claim)), article, guild, language, data, as_json=as_json)


@commands.command(epilog=examples("wuzhen speakers", "wuzhen speakers the bridge"))
def speakers(  # noqa: PLR0913, PLR0917 - likewise
    topic: Annotated[
        list[str] | None, typer.Argument(metavar="TOPIC", help="Only people who talked about this.")
    ] = None,
    as_json: JsonOption = False,
    article: ArticleOption = None,
    guild: GuildOption = None,
    language: LanguageOption = "en",
    data: DataOption = None,
) -> None:
    """List everybody who is quoted, most statements first; or who talked about a topic."""
    from index.question.model import Asked

    if topic:
        _form(Asked("speakers", topic=" ".join(topic)), article, guild, language, data, as_json=as_json)
        return
    with open_library(data, progress := Progress()) as library:
        found = library.speakers(scope_of(library, article, guild))
        progress.clear()
    if as_json:
        emit_json([asdict(one) for one in found])
    else:
        rows = [(one.name, one.role or "-", one.statements) for one in found]
        emit_table(("Speaker", "Role", "Statements"), rows, right=("Statements",), whole=("Statements",))


def _form(  # noqa: PLR0913 - what every form's command takes
    form: Asked, article: list[str] | None, guild: str | None, language: str, data: Path | None, *, as_json: bool
) -> None:
    spoken = language_named(language)
    with open_library(data, progress := Progress()) as library:
        _answer(library, form, scope_of(library, article, guild), spoken, progress, as_json=as_json)


def _answer(  # noqa: PLR0913 - what an answer depends on, and how it is shown
    library: Library,
    question: str | Asked,
    scope: Scope,
    language: Language,
    progress: Progress,
    *,
    as_json: bool,
    why: bool = False,
) -> None:
    """Show the answer; then end with 1 where the articles do not say."""
    answer, _, trace = _asked(library, question, scope, language, why=why)
    progress.clear()
    if as_json:
        emit_json(answer.to_json() | _explained(trace))
    else:
        show(answer)
        if trace is not None:
            show_why(trace)
    if answer.status == "not_found":
        raise typer.Exit(ExitCode.NOT_FOUND)


def _asked(  # noqa: PLR0913 - what an answer depends on
    library: Library,
    question: str | Asked,
    scope: Scope,
    language: Language,
    memory: Memory | None = None,
    *,
    why: bool,
) -> tuple[Answer, Memory, Trace | None]:
    """The answer, what the conversation is about after it, and if somebody asks `why`, how it came about."""
    if why:
        return library.why(question, scope=scope, memory=memory, language=language)
    return *library.ask(question, scope=scope, memory=memory, language=language), None


def _explained(trace: Trace | None) -> dict[str, Any]:
    return {} if trace is None else {"why": trace.to_json()}


def _ask_lines(  # noqa: PLR0913 - likewise
    library: Library, name: str, scope: Scope, language: Language, progress: Progress, *, why: bool
) -> None:
    """Answer every line that holds a question, in order; then end with 65 if one did not."""
    from bot.jsonlines import objects, opened

    refusals = Refusals()
    with opened(name) as lines:
        asked = _questions(objects(lines, refusals), refusals)
        for fields, answer, trace in answers_of(library, asked, scope, language, why=why):
            progress.clear()
            named = {key: fields.get(key) for key in ("id", "conversation")}
            emit_json(answer.to_json() | named | _explained(trace))
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
    library: Library, asked: Iterable[dict[str, Any]], scope: Scope, language: Language = "en", *, why: bool = False
) -> Iterator[tuple[dict[str, Any], Answer, Trace | None]]:
    """Answer each object's `question`, in order; objects with the same `conversation` share a memory."""
    from index.question.model import Memory

    memories: dict[str | int | None, Memory] = {}
    for fields in asked:
        conversation = fields.get("conversation")
        memory = memories.get(conversation, Memory())
        answer, memory, trace = _asked(library, fields["question"], scope, language, memory, why=why)
        if conversation is not None:
            memories[conversation] = memory
        yield fields, answer, trace
