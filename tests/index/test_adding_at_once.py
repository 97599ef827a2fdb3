"""Eight who add articles to one folder at the same time: each of their articles is there, whole."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from index.article import article_from_text
from index.library import Library

ADDERS = 8
TEXT = "Pier {number} opens\n\n“Pier {number} is safe,” said Ada Park, the engineer of harbour {number}.\n"


def test_eight_who_add_at_once_each_find_their_article_afterwards(data: Path) -> None:
    together = threading.Barrier(ADDERS)

    def add(number: int) -> None:
        with Library(data) as library:  # as each `wuzhen add` has one of its own
            together.wait()
            library.add([article_from_text(TEXT.format(number=number), id=f"pier{number}")])

    with ThreadPoolExecutor(ADDERS) as adders:
        list(adders.map(add, range(ADDERS)))
    with Library(data) as library:
        added = {info.id: info.statements for info in library.articles() if info.id.startswith("pier")}
        assert added == {f"pier{number}": 1 for number in range(ADDERS)}
        assert "Pier 7 is safe" in library.ask("What did Ada Park say about pier 7?")[0].text
