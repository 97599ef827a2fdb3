"""Filling a message: as many blocks as fit, the rest as places for a button. Pure.

Nothing is lost on the way: what a page does not show stands in its `more`, or the page says how much that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.render.button_codec import pack
from bot.render.limits import CONTENT, PLACES
from bot.render.markdown import block_quote, bold, cut, escape, subtext, width
from index.answer.contract import Place
from index.article import Span
from index.phrases import Phrases

_NOTICE = 120  # characters kept free for the line that tells of what did not fit
_FOR_WORDS = 900  # characters that a sentence without a place leaves free for those with one
_LONGEST_NOTE = 160  # characters of a closing remark that is shown although blocks before it did not fit
_GAP = " … "  # between the fragments of a split quotation


@dataclass(frozen=True, slots=True)
class MessagePage:
    """What to send.

    Attributes:
        content: Markdown, at most 2000 characters.
        shown: where the words on it stand, for the button that shows them in their paragraphs.
        more: where the words stand that did not fit, for the button that shows those; never more than it can keep.
    """

    content: str
    shown: tuple[Place, ...] = ()
    more: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines that belong together. `words` is plain text, all else Markdown.

    Attributes:
        head: the lines above the words.
        words: what is shown in a block quote.
        foot: the line below them.
        places: where the words stand; one, where they can be cut.
        quote: the article's own text at that place.
        dim: whether the words are in small grey letters.
        entry: a line of a list.
        rest: what was already left out of it.
        strong: where in `words` the short answer stands.
    """

    head: str = ""
    words: str = ""
    foot: str = ""
    places: tuple[Place, ...] = ()
    quote: str = ""
    dim: bool = False
    entry: bool = False
    rest: tuple[Place, ...] = ()
    strong: Span | None = None


def fill(blocks: Sequence[Block], phrases: Phrases, *, top: str = "", bottom: str = "") -> MessagePage:
    """A page of the blocks that fit, in order, between a line at the top and one at the bottom.

    Blocks stay whole where they can: only the first one with words is cut, where it does not fit by itself.
    """
    if (
        not any(block.rest or _is_huge(block) for block in blocks)
        and width(whole := _joined(top, blocks, "", bottom)) <= CONTENT
    ):
        return MessagePage(whole, _places(blocks))
    room = CONTENT - _NOTICE
    taken: list[Block] = []
    closing: list[Block] = []
    left: list[Place] = []
    for i, block in enumerate(blocks):
        closing = _closing(blocks[i + 1 :])
        free = room - width(_joined(top, [*taken, Block(), *closing], "", bottom))
        if not block.places:
            reserve = _FOR_WORDS if _places(blocks[i + 1 :]) else 0
            taken += [block] if _width(block) <= free - reserve else []
            continue
        if _width(block) <= free:
            taken.append(block)
            left += block.rest
        elif _places(taken):
            left += block.places
        else:
            taken.append(_shortened(block, free))
            left += taken[-1].rest
        if left:
            left += _places(blocks[i + 1 :])
            break
    else:
        closing = []
    more = tuple(left[: pack(left, PLACES)[1]])
    notice = _notice(len(more), len(left) - len(more), phrases, goes_on=any(block.rest for block in taken))
    notices = "\n".join(line for line in (notice, *(_laid_out(block) for block in closing)) if line)
    return MessagePage(_joined(top, taken, notices, bottom), _places(taken), more)


def _closing(blocks: Sequence[Block]) -> list[Block]:
    """The last of the blocks where it is a short remark without a place: no button would lead to it."""
    return [block for block in blocks[-1:] if not block.places and _width(block) <= _LONGEST_NOTE]


def _notice(more: int, lost: int, phrases: Phrases, *, goes_on: bool) -> str:
    """The line that tells of what did not fit."""
    if not more:
        return subtext(phrases("and_more_topic", count=lost)) if lost else ""
    line = phrases("goes_on" if goes_on else "more_places", count=more, more=phrases("button_more"))
    return subtext(phrases("beyond", line=line, count=lost) if lost else line)


def _places(blocks: Sequence[Block]) -> tuple[Place, ...]:
    return tuple(place for block in blocks for place in block.places)


# ── laying out ────────────────────────────────────────────────────────────


def _joined(top: str, blocks: Sequence[Block], notice: str, bottom: str) -> str:
    lines = [top] if top else []
    for i, block in enumerate(blocks):
        lines += ["", _laid_out(block)] if i and not block.entry else [_laid_out(block)]
    under = [line for line in (notice, bottom) if line]
    if under and blocks and not blocks[-1].foot:  # a list, for one, ends at a blank line only
        lines.append("")
    return "\n".join([*lines, *under])


def _laid_out(block: Block) -> str:
    quoted = block_quote(_words(block), dim=block.dim)
    return "\n".join(line for line in (block.head, quoted, block.foot) if line)


def _words(block: Block) -> str:
    """The words in Markdown, the short answer in bold as long as it is among them."""
    start, end = block.strong or (0, 0)
    strong = block.words[start:end]
    if not strong or strong != strong.strip() or end > len(block.words) or "\n" in strong:
        return escape(block.words)
    return escape(block.words[:start]) + bold(escape(strong)) + escape(block.words[end:])


def _width(block: Block) -> int:
    return CONTENT + 1 if _is_huge(block) else width(_laid_out(block))


def _is_huge(block: Block) -> bool:
    """Whether the words cannot fit, even if many of their characters are not to be seen."""
    return len(block.words) > 10 * CONTENT


# ── cutting words ─────────────────────────────────────────────────────────


def _shortened(block: Block, room: int) -> Block:
    """The block with only the first of its words, and where the others stand."""
    place = block.places[0]
    direct = block.words.startswith("“")
    spans = _fragments(block.words, block.quote)
    text = _GAP.join(block.quote[start:end] for start, end in spans)

    def with_words(head: str) -> Block:
        head = head.rstrip(" …\n")
        marked = f"“{head.replace(_GAP, f'”{_GAP}“')}”" if direct else head
        return replace(block, words=f"{marked} …")

    end = cut(text[:CONTENT], lambda head: _width(with_words(head)) <= room)
    start = place.start + _behind(end, spans, block.quote)
    rest = Place(place.sha256, start, place.end)
    return replace(with_words(text[:end]), places=(replace(place, end=start),), rest=(rest,))


def _fragments(words: str, quote: str) -> list[Span]:
    """Where in the quote the words as told stand: the fragments of a split quotation; else all of the quote."""
    direct = words.startswith("“")
    inner = words.removesuffix(".").removesuffix("”")[1:] if direct else words
    spans: list[Span] = []
    at = 0
    for piece in inner.split(f"”{_GAP}“" if direct else _GAP):
        found = piece if piece in quote else piece.removesuffix(".")  # its full stop may be the answer's
        at = quote.find(found, at)
        if at < 0 or not found or (direct and _GAP in found):
            return [(0, len(quote))]
        spans.append((at, at + len(found)))
        at += len(found)
    return spans


def _behind(end: int, fragments: Sequence[Span], quote: str) -> int:
    """Where the quote goes on behind the first `end` characters of its joined fragments, at a word."""
    at = len(quote)
    for start, stop in fragments:
        if end < stop - start:
            at = start + max(end, 0)
            break
        end -= stop - start + len(_GAP)
    while at < len(quote) and quote[at].isspace():
        at += 1
    return at
