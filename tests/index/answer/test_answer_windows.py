"""What the reader is given to read."""

from __future__ import annotations

from index.answer.spans.windows import ROOM, closer, windows
from index.article import article_from_text
from index.passages import passages
from index.search import Evidence
from index.store.protocol import StoredPassage

SENTENCES = [f"Sentence number {i} tells of the bridge and of the harbour." for i in range(30)]
TEXT = "\n".join([" ".join(SENTENCES[:20]), " ".join(SENTENCES[20:]), "One alone."])
ARTICLE = article_from_text(TEXT, id="bridges")


def pieces(text: str) -> int:
    return len(text.split())


def evidence() -> list[Evidence]:
    cut = passages(ARTICLE, lambda text: len(text) < 1000)
    return [
        Evidence(ARTICLE, TEXT[slice(*p.span)], "", passage=StoredPassage(i, 1, i, p)) for i, p in enumerate(cut, 1)
    ]


def test_a_window_holds_the_best_sentence_and_what_stands_beside_it() -> None:
    all_of_it = evidence()
    [window] = windows([all_of_it[10]], pieces, most=1)
    assert SENTENCES[10] in window.text
    assert SENTENCES[9] in window.text
    assert SENTENCES[11] in window.text
    assert pieces(window.text) <= ROOM


def test_no_sentence_is_read_twice() -> None:
    all_of_it = evidence()
    found = windows([all_of_it[3], all_of_it[4], all_of_it[25], all_of_it[2]], pieces)
    assert len(found) == 2
    assert [one.text for one in found[0].candidates] == [SENTENCES[3], SENTENCES[4], SENTENCES[2]]


def test_a_window_stays_in_its_paragraph() -> None:
    all_of_it = evidence()
    [window] = windows([all_of_it[30]], pieces)
    assert window.text == "One alone."


def test_a_closer_look_is_at_the_sentence_and_the_one_before_it() -> None:
    all_of_it = evidence()
    assert closer(all_of_it[10], pieces).text == f"{SENTENCES[9]} {SENTENCES[10]}"
    assert closer(all_of_it[20], pieces).text == SENTENCES[20]  # the first of its paragraph


def test_a_closer_look_leaves_out_a_long_sentence_before() -> None:
    article = article_from_text(f"{'word ' * ROOM}end. Short one here.", id="long")
    last = passages(article, lambda _: True)[-1]
    near = closer(Evidence(article, article.text[slice(*last.span)], "", passage=StoredPassage(1, 1, 0, last)), pieces)
    assert near.text == "Short one here."


def test_only_so_many_windows_are_read() -> None:
    all_of_it = evidence()
    assert len(windows([all_of_it[0], all_of_it[19], all_of_it[25], all_of_it[30]], pieces, most=2)) == 2


def test_a_sentence_longer_than_a_window_is_read_alone() -> None:
    long = "word " * (2 * ROOM)
    article = article_from_text(f"{long.strip()}. Short one here.", id="long")
    [first, *_] = passages(article, lambda _: True)
    alone = Evidence(article, article.text[slice(*first.span)], "", passage=StoredPassage(1, 1, 0, first))
    [window] = windows([alone], pieces)
    assert window.text == alone.text
