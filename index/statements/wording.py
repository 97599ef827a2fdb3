"""The words of a statement as people annotate them: with the conjunction that opens a reported clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.article import Span

_CONJUNCTION = re.compile(r"\bthat[\s\"“‘'\[(]*$", re.IGNORECASE)
_LONGEST = 12  # characters of "that" with what may stand between it and the content


def with_conjunction(text: str, fragments: Sequence[Span]) -> tuple[Span, ...]:
    """The fragments, the first from its "that" on: "said that P" is searched and cited as P, marked as "that P".

    >>> text = "Park said that the mill would close."
    >>> [text[start:end] for start, end in with_conjunction(text, [(15, 35)])]
    ['that the mill would close']
    """
    (start, end), *others = fragments
    low = max(0, start - _LONGEST)
    found = _CONJUNCTION.search(text[low:start])
    return ((low + found.start() if found else start, end), *others)
