"""From an answer to a message: who said it in bold, the words in a block quote, where they stand below. Pure.

Direct, reported and denied words are told apart by words, so that a screen reader tells them apart, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.phrasing import ENGLISH, phrases
from bot.render.button_codec import question_above, question_line
from bot.render.markdown import bold, one_line, subtext, visible
from bot.render.message import Block, MessagePage, fill
from bot.render.paragraphs import context_page
from bot.render.source_lines import articles_line, source_line
from index.answer.contract import Answer, Citation, Part, Told, Verdict
from index.phrases import Phrases

__all__ = ["MessagePage", "answer_page", "context_page", "told_page", "which_story"]

# characters of Markdown for what stands beside the words: together they leave room for words on every page
_SHORT, _SENTENCE, _LEAD, _NAME, _ROLE, _SAID = 120, 700, 300, 100, 120, 150

_MARKS: dict[Verdict | None, str] = {"yes": "✅ ", "no": "❌ ", None: "❔ "}
_DENIED = "🚫 "

_Pieces = Sequence[tuple[Part, Citation | None]]


def answer_page(answer: Answer, *, question: str | None = None, bound: int | None = None) -> MessagePage:
    """An answer as a message.

    Args:
        answer: what was found.
        question: stands above it, where others cannot see what was asked.
        bound: of how many articles alone its channel is about, which a refusal tells; None for all there are.
    """
    pieces = [(part, None if part.citation is None else answer.citations[part.citation]) for part in answer.parts]
    words = phrases(answer.language)
    blocks = _marked(_blocks(pieces, words, dim=answer.status == "not_found"), answer, words)
    above = [question_line(question or ""), _short_line(answer)]
    below = [_bottom(pieces, words), _bound_line(answer, bound, words)]
    top, bottom = ("\n".join(filter(None, lines)) for lines in (above, below))
    return fill(blocks, words, top=top, bottom=bottom)


def which_story(answer: Answer) -> str | None:
    """The question which of several articles is meant, where they answer equally well; else None.

    What was asked stands above it, for the buttons below to ask it again. Where it does not fit there, they could not.
    """
    asked = question_line(answer.question)
    which = phrases(answer.language)("which_story", count=len(answer.stories))
    content = f"{asked}\n{which}"
    whole = question_above(content) == " ".join(visible(answer.question).split())
    return content if answer.stories and whole else None


def told_page(told: Sequence[Told | None], words: Phrases = ENGLISH, *, top: str = "") -> MessagePage:
    """Words told by their places, as those that did not fit before; None for those that are not there any more."""
    pieces: list[tuple[Part, Citation | None]] = [(one.part, one.citation) for one in told if one is not None]
    if gone := len(told) - len(pieces):
        pieces.append((Part(lead=words("gone_statements", count=gone)), None))
    return fill(_blocks(pieces, words, dim=False), words, top=top, bottom=_bottom(pieces, words))


# ── parts ─────────────────────────────────────────────────────────────────


def _blocks(pieces: _Pieces, words: Phrases, *, dim: bool) -> list[Block]:
    titled = not _same_article(pieces)
    return [_block(part, citation, words, titled=titled, dim=dim) for part, citation in pieces]


def _block(part: Part, citation: Citation | None, words: Phrases, *, titled: bool, dim: bool) -> Block:
    """A part with what it cites; `titled` unless its article is named elsewhere, `dim` where it is not the answer."""
    if part.entry:
        return Block(_entry(part, words), places=() if citation is None else (citation.place,), entry=True)
    if citation is None:
        return Block(one_line(" ".join([part.lead, part.said, part.words]), _SENTENCE))
    speaker = _speaker_line(part, words, denies=citation.polarity == "denies", plain=dim)
    lines = [one_line(part.lead, _LEAD), speaker]
    return Block(
        head="\n".join(subtext(line) if dim else line for line in lines if line),
        words=part.words,
        foot=source_line(citation, words, titled=titled),
        places=(citation.place,),
        quote=citation.quote,
        dim=dim,
        strong=None if dim else part.strong,
    )


def _speaker_line(part: Part, words: Phrases, *, denies: bool, plain: bool) -> str:
    """Who said it: "**Ada Park**, engineer, said:"."""
    name, role, said = one_line(part.speaker or "", _NAME), one_line(part.role or "", _ROLE), one_line(part.said, _SAID)
    if not plain:
        name, said = bold(name), bold(said) if denies else said
    who = words("speaker_with_role", speaker=name, role=role) if name and role else name
    line = words.joined([who, said])
    return f"{_DENIED}{line}" if denies and line else line


def _entry(part: Part, words: Phrases) -> str:
    """A line of a list: "- **Ada Park**, engineer (3 statements)"."""
    if part.speaker is None:
        return f"- {one_line(part.lead, _LEAD)}"
    name, role = bold(one_line(part.speaker, _NAME)), one_line(part.role or "", _ROLE)
    line = words("speaker_line_role" if part.role else "speaker_line", name=name, role=role)
    return words.joined([line, one_line(part.words, _SAID)])


# ── the lines round them ──────────────────────────────────────────────────


def _short_line(answer: Answer) -> str:
    """The date, figure or name that was asked for."""
    return bold(one_line(answer.short, _SHORT)) if answer.intent == "fact" and answer.short else ""


def _marked(blocks: list[Block], answer: Answer, words: Phrases) -> list[Block]:
    """The blocks with the verdict, or that nothing was found, to be seen at once."""
    found = answer.status == "answered"
    if not blocks or (answer.verdict is None and found) or answer.reason == "not_a_question":
        return blocks
    lead, *lines = blocks[0].head.split("\n")
    mark = words("unknown") if answer.verdict == "unknown" else _MARKS[answer.verdict]
    head = mark + (bold(lead) if found else lead)
    return [replace(blocks[0], head="\n".join([head, *lines])), *blocks[1:]]


def _bottom(pieces: _Pieces, words: Phrases) -> str:
    """The articles, where they are not named beside each of the words."""
    listed = any(part.entry for part, _ in pieces)
    cited = [citation for _, citation in pieces if citation is not None]
    return articles_line(cited, words) if listed or _same_article(pieces) else ""


def _bound_line(answer: Answer, bound: int | None, words: Phrases) -> str:
    """Where it was looked, if that was not everywhere and nothing was found."""
    is_told = bound is not None and answer.status == "not_found" and answer.reason != "not_a_question"
    return subtext(words("bound", count=bound)) if is_told else ""


def _same_article(pieces: _Pieces) -> bool:
    """Whether several words all stand in one article."""
    hashes = [citation.sha256 for _, citation in pieces if citation is not None]
    return len(hashes) > 1 and len(set(hashes)) == 1
