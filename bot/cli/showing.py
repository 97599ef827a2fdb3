"""An answer as a person reads it in the terminal."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from bot.console import emit, emit_text, is_terminal, printable

if TYPE_CHECKING:
    from rich.text import Text

    from index.answer.model import Answer

_QUOTED = re.compile(r"“[^”]*”")
_SOURCE = re.compile(r"— [^—\n]*, paragraph \d+|——[^—\n]*，第 \d+ 段")


def show(answer: Answer) -> None:
    """Write the answer's text: wrapped and styled where a person looks, as it is in a pipe."""
    if is_terminal(sys.stdout):
        emit_text(_styled(answer))
    else:
        emit(answer.text)


def _styled(answer: Answer) -> Text:
    """The answer's text; quoted words stand out, what says where they stand steps back."""
    from rich.text import Text

    text = Text(printable(answer.text))
    text.highlight_regex(_QUOTED, "bold")
    text.highlight_regex(_SOURCE, "dim")
    return text
