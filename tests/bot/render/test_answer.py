from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.render.answer_page import MessagePage, answer_page, context_page, told_page, which_story
from bot.render.button_codec import pack, question_above, unpack
from bot.render.limits import CONTENT, PLACES
from bot.render.markdown import unescape, visible, width
from index.answer.contract import Answer, Citation, Paragraph, Part, Place, Reason, Story, Told
from index.article import Article
from index.question.model import Intent
from index.statements.statement import Directness, Polarity

BRIDGE = Article(
    "bridge",
    "Harbour bridge to open in May",
    "The harbour bridge will open in May. “Every cable was tested twice,” Park said. It did not cost too much.",
    source="https://news.example/bridge",
)
FERRY = Article(
    "ferry", "The *last* ferry [updated]", "The ferry will stop in June, Lind said.", source="https://x.example"
)


def cited(
    article: Article,
    words: str,
    *,
    speaker: str | None = "Ada Park",
    directness: Directness | None = "indirect",
    polarity: Polarity | None = "asserts",
    paragraph: int = 2,
) -> Citation:
    """The citation of words that stand in an article."""
    start = article.text.index(words)
    return Citation(
        article=article.id,
        title=article.title,
        start=start,
        end=start + len(words),
        quote=words,
        speaker=speaker,
        role=None,
        directness=directness,
        polarity=polarity,
        score=0.9,
        paragraph=paragraph,
        sha256=article.sha256,
        source=article.source,
    )


def answer(
    *pieces: tuple[Part, Citation | None],
    intent: Intent = "what_said",
    reason: Reason | None = None,
    verdict: str | None = None,
    short: str | None = None,
) -> Answer:
    """An answer of these parts with what they cite."""
    parts: list[Part] = []
    citations: list[Citation] = []
    for part, citation in pieces:
        parts.append(part if citation is None else replace(part, citation=len(citations)))
        citations += [] if citation is None else [citation]
    return Answer(
        question="What did Ada Park say?",
        status="not_found" if reason else "answered",
        intent=intent,
        text="",
        score=0.9,
        reason=reason,
        verdict=verdict,  # type: ignore[arg-type] # written out in each test
        short=short,
        citations=tuple(citations),
        parts=tuple(parts),
    )


REPORTED = (
    Part(
        speaker="Ada Park", role="the city's engineer", said="said that", words="the harbour bridge will open in May."
    ),
    cited(BRIDGE, "The harbour bridge will open in May"),
)
DIRECT = (
    Part(speaker="Ada Park", said="told reporters:", words="“Every cable was tested twice”."),
    cited(BRIDGE, "Every cable was tested twice", directness="direct", paragraph=3),
)
DENIED = (
    Part(speaker="Ada Park", said="denied that", words="it cost too much."),
    cited(BRIDGE, "It did not cost too much", polarity="denies", paragraph=3),
)
ELSEWHERE = (
    Part(speaker="Bo Lind", role="captain", said="said that", words="the ferry will stop in June."),
    cited(FERRY, "The ferry will stop in June", speaker="Bo Lind", paragraph=1),
)
OWN_WORDS = (
    Part(said="The article says:", words="The harbour bridge will open in May."),
    cited(BRIDGE, "The harbour bridge will open in May", speaker=None, directness=None, polarity=None),
)


# ── how answers look ──────────────────────────────────────────────────────

LOOKS: dict[str, Answer] = {
    "reported": answer(REPORTED),
    "quoted": answer(DIRECT),
    "denied": answer(DENIED),
    "partly quoted": answer((DIRECT[0], replace(DIRECT[1], directness="mixed"))),
    "several of one article": answer(REPORTED, DIRECT, DENIED),
    "several of two articles": answer(REPORTED, ELSEWHERE),
    "beside the topic": answer((Part(lead="Ada Park is not quoted on ferries, but on this."), None), REPORTED),
    "a nameless speaker": answer((Part(said="Somebody the article does not name said:", words="“Aye”."), DIRECT[1])),
    "fact": answer(OWN_WORDS, intent="fact", short="in May"),
    "profile": answer(
        (replace(OWN_WORDS[0], lead="Ada Park is the city's engineer."), OWN_WORDS[1]),
        (replace(DIRECT[0], lead="3 statements; the first:"), DIRECT[1]),
        intent="profile",
    ),
    "yes": answer((replace(DIRECT[0], lead="Yes."), DIRECT[1]), intent="verify", verdict="yes", short="Yes"),
    "no, denied": answer(
        (replace(DENIED[0], lead="No, that was denied."), DENIED[1]), intent="verify", verdict="no", short="No"
    ),
    "no, somebody else": answer(
        (replace(ELSEWHERE[0], lead="No, not Ada Park."), ELSEWHERE[1]), intent="verify", verdict="no"
    ),
    "unknown": answer(
        (Part(lead="I found nothing in which Ada Park said that the ferry was lost."), None),
        intent="verify",
        reason="silent_speaker",
        verdict="unknown",
    ),
    "not found, with the nearest": answer(
        (Part(lead="Ada Park is quoted, but not on ferries."), None),
        (replace(DIRECT[0], lead="The nearest I found:"), DIRECT[1]),
        reason="silent_speaker",
    ),
    "no question": answer((Part(lead="I answer who said what."), None), intent="none", reason="not_a_question"),
    "list": answer(
        (Part(lead="2 speakers:"), None),
        (Part(speaker="Ada Park", role="the city's engineer", words="(3 statements)", entry=True), REPORTED[1]),
        (Part(speaker="Bo_Lind", entry=True), DIRECT[1]),
        (Part(lead="… and 4 more.", entry=True), None),
        intent="speakers",
    ),
    "list of two articles": answer(
        (Part(lead="2 speakers:"), None),
        (Part(speaker="Ada Park", entry=True), REPORTED[1]),
        (Part(speaker="Bo Lind", role="captain", entry=True), ELSEWHERE[1]),
        intent="speakers",
    ),
    "two paragraphs": answer((replace(DIRECT[0], words="“Every cable\n\nwas tested twice”."), DIRECT[1])),
    "hostile": answer(
        (
            Part(
                lead="@everyone:",
                speaker="**Ada** <@1>",
                role="[boss](https://evil.example)",
                said="said:",
                words="# x\n- y\n> z discord.gg/abc",
            ),
            replace(DIRECT[1], title="a](https://evil.example) @here", source="javascript:alert(1)"),
        )
    ),
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_kind_of_answer_looks_as_it_did(look: str, snapshot: SnapshotAssertion) -> None:
    assert answer_page(LOOKS[look]).content == snapshot


@pytest.mark.parametrize("look", LOOKS)
def test_a_short_answer_shows_all_it_cites_and_needs_no_other_page(look: str) -> None:
    page = answer_page(LOOKS[look])
    assert page.shown == tuple(citation.place for citation in LOOKS[look].citations)
    assert page.more == ()


def test_the_four_kinds_of_words_are_told_apart_by_words() -> None:
    kinds = [answer_page(answer(piece)).content.split("\n-# ")[1] for piece in (DIRECT, REPORTED, DENIED, OWN_WORDS)]
    assert [kind.split("[")[0] for kind in kinds] == [
        "Quoted: ",
        "Reported in the article's words: ",
        "Denial, reported in the article's words: ",
        "",
    ]


def test_the_source_is_a_link_that_shows_no_preview() -> None:
    assert (
        "[Harbour bridge to open in May](<https://news.example/bridge>), paragraph 2"
        in answer_page(answer(REPORTED)).content
    )


@given(st.text(max_size=400))
def test_which_story_is_asked_only_where_the_question_can_be_read_again_whole(question: str) -> None:
    stories = tuple(Story(name, name.title(), "ab" * 32) for name in ("rope", "steel"))
    which = which_story(replace(answer(DIRECT), question=question, stories=stories))
    assert which is None or question_above(which) == " ".join(visible(question).split())
    assert which_story(replace(answer(DIRECT), question=question)) is None


def test_words_told_again_look_as_in_the_answer() -> None:
    told = told_page([Told(replace(part, citation=0), citation) for part, citation in (REPORTED, DIRECT)])
    assert told == answer_page(answer(REPORTED, DIRECT))


def test_words_that_are_gone_are_told_of(snapshot: SnapshotAssertion) -> None:
    assert told_page([Told(*DIRECT), None, None]).content == snapshot
    assert told_page([None]).content == "One statement is not here any more: the article was removed."


# ── the question on the first line ────────────────────────────────────────


def test_the_short_answer_is_bold_among_the_words() -> None:
    words = "The harbour bridge will open in May."
    found = answer(
        (Part(said="The article says:", words=words, strong=(32, 35)), cited(BRIDGE, words[:-1])), intent="fact"
    )
    assert "> The harbour bridge will open in **May**" in answer_page(found).content


@given(st.text(alphabet="ab *_`@#>\n1.:/", min_size=1, max_size=40), st.data())
def test_words_in_bold_do_nothing_else(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text) + 3))
    found = answer((Part(words=text, strong=(start, end)), cited(BRIDGE, "The harbour bridge")), intent="fact")
    page = answer_page(found).content
    plain = answer_page(replace(found, parts=(replace(found.parts[0], strong=None),))).content
    seen, expected = ("".join(unescape(shown).replace("*", "").split()) for shown in (page, plain))
    assert seen == expected


def test_the_question_stands_above_the_answer_where_it_is_wanted() -> None:
    content = answer_page(answer(DIRECT), question="What did *Park* say?").content
    assert content.startswith("-# What did \\*Park\\* say?\n**Ada Park**")


@given(st.text(alphabet=st.characters(exclude_categories=["C"]), max_size=110))
def test_a_short_question_is_read_back_from_the_answer(question: str) -> None:
    plain = " ".join(visible(question).split())  # some letters of old scripts are not to be seen
    assert (question_above(answer_page(answer(DIRECT), question=question).content) or "") == plain


def test_a_long_question_is_read_back_as_far_as_it_is_shown() -> None:
    found = question_above(answer_page(answer(DIRECT), question="Who said this? " * 40).content)
    assert found is not None
    assert found.startswith("Who said this? Who said this?")
    assert len(found) <= 200


@pytest.mark.parametrize("look", LOOKS)
def test_an_answer_without_its_question_gives_none(look: str) -> None:
    assert question_above(answer_page(LOOKS[look]).content) is None


# ── what does not fit ─────────────────────────────────────────────────────


def article_of(quotes: Sequence[str]) -> Article:
    """An article in which each of the quotes stands, with something between them."""
    return Article("long", "A long report", "".join(f"<{i}>{quote}" for i, quote in enumerate(quotes)))


def told_of(article: Article, start: int, end: int, *, said: str, directness: Directness) -> Told:
    quote = article.text[start:end]
    words = f"“{quote}”" if directness == "direct" else quote
    citation = replace(cited(article, "", directness=directness), start=start, end=end, quote=quote)
    return Told(Part(speaker="Ada Park", said=said, words=words, citation=0), citation)


def walk(page: MessagePage, article: Article, directness: Directness) -> list[MessagePage]:
    """The page and those behind its More buttons, told as the library tells them."""
    pages = [page]
    while pages[-1].more:
        places = unpack(pack(pages[-1].more, PLACES)[0])
        assert len(places) == len(pages[-1].more)
        told = [told_of(article, p.start, p.end, said="went on:", directness=directness) for p in places]
        pages.append(told_page(told))
        assert len(pages) < 100
    return pages


def words_on(pages: Sequence[MessagePage]) -> str:
    """All that stands in block quotes, without marks and blanks, in order."""
    quoted = [line[2:] for page in pages for line in page.content.split("\n") if line.startswith("> ")]
    return re.sub(r"[“”…\s]", "", unescape("".join(quoted)))


long_quotes = st.lists(
    st.one_of(
        st.text(st.sampled_from("ab. A*_😀\n"), min_size=1, max_size=40).map(lambda s: s * 60),
        st.sampled_from(["It rained. " * 300, "word " * 700, "x" * 3000, "Short.", "Two. Sentences."]),
    ).filter(lambda quote: bool(quote.strip())),
    min_size=1,
    max_size=5,
)


@given(long_quotes, st.sampled_from(["direct", "indirect"]))
def test_nothing_is_lost_on_the_way_through_more(quotes: list[str], directness: Directness) -> None:
    article = article_of(quotes)
    pieces, at = [], 0
    for i, quote in enumerate(quotes):
        at += len(f"<{i}>")
        told = told_of(article, at, at + len(quote), said="said:", directness=directness)
        pieces.append((told.part, told.citation))
        at += len(quote)
    first = answer_page(answer(*pieces), question="What did Ada Park say?" * 20)
    pages = walk(first, article, directness)
    assert all(width(page.content) <= CONTENT for page in pages)
    assert words_on(pages) == re.sub(r"[“”…\s]", "", "".join(quotes))


@given(long_quotes)
def test_what_is_left_of_a_cut_quote_is_exactly_its_rest(quotes: list[str]) -> None:
    article = Article("a", "A title", quotes[0])
    told = told_of(article, 0, len(quotes[0]), said="said:", directness="direct")
    page = told_page([told])
    (shown,) = page.shown
    rest = [] if shown.end == len(article.text) else [(shown.end, len(article.text))]
    assert [(place.start, place.end) for place in page.more] == rest
    assert words_on([page]) == re.sub(r"[“”…\s]", "", article.text[: shown.end])


def test_a_long_answer_is_cut_between_its_parts() -> None:
    pieces = [
        (replace(DIRECT[0], words=f"“{'Every cable was tested. ' * 20}”."), replace(DIRECT[1], start=i))
        for i in range(8)
    ]
    page = answer_page(answer(*pieces))
    assert len(page.shown) + len(page.more) == 8
    assert page.content.count("Every cable") == 20 * len(page.shown)
    assert f"-# … {len(page.more)} more: press **More**." in page.content


def test_a_split_quotation_is_cut_in_a_fragment_and_goes_on_in_it() -> None:
    one, two = "It will hold. " * 60, "It will last. " * 90
    article = Article("a", "A title", f"“{one.strip()},” she said. “{two.strip()}”")
    quote = article.text[1:-1]
    told = told_of(article, 1, len(article.text) - 1, said="said:", directness="direct")
    page = told_page([replace(told, part=replace(told.part, words=f"“{one.strip()}” … “{two.strip()}”."))])
    assert "she said" not in page.content
    assert "hold.” … “It will last." in page.content
    assert page.content.count("It will last") + article.text[page.more[0].start :].count("It will last") == 90
    assert quote.endswith(article.text[page.more[0].start : page.more[0].end])


def test_what_not_even_the_button_can_keep_is_counted() -> None:
    pieces = [
        (replace(DIRECT[0], words="“Yes”."), replace(DIRECT[1], start=i * 1000, end=i * 1000 + 500)) for i in range(60)
    ]
    page = answer_page(answer(*pieces))
    lost = 60 - len(page.shown) - len(page.more)
    assert lost > 0
    assert (
        f"{len(page.more)} more: press **More**. And {lost} beyond those; ask about a topic to see them."
        in page.content
    )


def test_a_closing_remark_is_not_lost_behind_what_does_not_fit() -> None:
    pieces = [(replace(DIRECT[0], words="“Yes it will. ”." * 9), replace(DIRECT[1], start=i)) for i in range(12)]
    page = answer_page(answer(*pieces, (Part(lead="… and 3 more; ask about a topic to see them."), None)))
    assert page.more
    assert "… and 3 more; ask about a topic to see them." in page.content


texts = st.text(max_size=400) | st.text(max_size=30).map(lambda s: s * 100)
parts = st.builds(
    Part,
    lead=texts,
    speaker=texts | st.none(),
    role=texts | st.none(),
    said=texts,
    words=texts,
    entry=st.booleans(),
)
citations = st.builds(
    Citation,
    article=st.just("a"),
    title=texts,
    start=st.integers(0, 1000),
    end=st.integers(1000, 10**7),
    quote=texts,
    speaker=st.none(),
    role=st.none(),
    directness=st.sampled_from(["direct", "mixed", "indirect", None]),
    polarity=st.sampled_from(["asserts", "denies", None]),
    score=st.just(1.0),
    paragraph=st.integers(1, 9999),
    sha256=st.sampled_from(["ab" * 32, "cd" * 32, "ef" * 32]),
    source=texts | st.just("https://news.example/" + "a" * 170) | st.none(),
)


@given(
    st.lists(st.tuples(parts, citations | st.none()), max_size=12),
    texts | st.none(),
    st.sampled_from([(None, None), (None, "yes"), ("no_match", None), ("silent_speaker", "unknown")]),
)
def test_no_answer_is_ever_too_long_or_loses_count(
    pieces: list[tuple[Part, Citation | None]], question: str | None, outcome: tuple[Reason | None, str | None]
) -> None:
    reason, verdict = outcome
    asked = answer(*pieces, intent="fact", reason=reason, verdict=verdict, short=question)
    page = answer_page(asked, question=question)
    assert width(page.content) <= CONTENT
    assert pack(page.more, PLACES)[1] == len(page.more)
    beyond = re.findall(r"(?:And|… and) (\d+) (?:beyond|more; ask)", page.content)
    cut_one = len(page.shown) > 0 and len(page.more) > 0 and page.shown[-1].end == page.more[0].start
    total = len(page.shown) + len(page.more) - cut_one + (int(beyond[-1]) if beyond else 0)
    assert total >= len(asked.citations)


# ── paragraphs ────────────────────────────────────────────────────────────

PLACE = Place("ab" * 6, 100, 128)


def paragraph(text: str, words: str, **about: object) -> Paragraph:
    start = text.index(words)
    fields = {"title": BRIDGE.title, "source": BRIDGE.source, "number": 3, **about}
    return Paragraph(text=text, start=start, end=start + len(words), **fields)  # type: ignore[arg-type] # the fields above


TEXT = "On Monday it rained. “Every cable was tested twice,” Park said. She denied that it cost *too* much."


def test_the_words_are_bold_in_their_paragraph(snapshot: SnapshotAssertion) -> None:
    page = context_page([paragraph(TEXT, "Every cable was tested twice")], [PLACE])
    assert page.content == snapshot
    assert page.shown == (PLACE,)
    assert page.more == ()


def test_a_paragraph_with_two_quotes_is_shown_once_with_both_in_bold(snapshot: SnapshotAssertion) -> None:
    second = Place(PLACE.sha256, 150, 168)
    found = [paragraph(TEXT, "Every cable was tested twice"), paragraph(TEXT, "it cost *too* much")]
    page = context_page(found, [PLACE, second])
    assert page.content == snapshot
    assert page.shown == (PLACE, second)


def test_quotes_that_overlap_are_one_stretch_of_bold() -> None:
    found = [paragraph("One two three four.", "One two three"), paragraph("One two three four.", "two three four")]
    content = context_page(found, [PLACE, replace(PLACE, start=104)]).content
    assert content.startswith("> **One two three four**.\n")


def test_a_long_paragraph_is_cut_round_the_words_at_sentences(snapshot: SnapshotAssertion) -> None:
    text = "Nothing of this matters here at all. " * 60 + TEXT + " And the rain went on for a day." * 60
    page = context_page([paragraph(text, "Every cable was tested twice")], [PLACE])
    assert width(page.content) <= CONTENT
    assert page.content == snapshot
    assert page.more == ()


def test_paragraphs_that_do_not_fit_are_behind_more() -> None:
    found = [paragraph("Well then. " * 70 + f"Word {i}.", f"Word {i}", number=i + 1) for i in range(5)]
    places = [Place("ab" * 6, 1000 * i, 1000 * i + 6) for i in range(5)]
    page = context_page(found, places)
    assert page.shown + page.more == tuple(places)
    assert len(page.shown) == 2


def test_words_that_go_on_in_another_paragraph_say_so() -> None:
    page = context_page([paragraph(TEXT, TEXT[21:])], [Place("ab" * 6, 21, 900)])
    assert "; the words go on in the next" in page.content


@given(
    st.text(st.sampled_from("ab. A*_😀"), min_size=1, max_size=50)
    .map(lambda s: s * 80)
    .filter(lambda s: bool(s.strip())),
    st.data(),
)
def test_all_words_are_bold_on_one_of_the_pages(text: str, data: st.DataObject) -> None:
    text = text.strip()
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    place, shown = Place("ab" * 6, start, end), ""
    for _ in range(30):
        page = context_page([Paragraph("T", None, 1, text, place.start, place.end)], [place])
        assert width(page.content) <= CONTENT
        assert len(page.more) <= 1
        body = page.content.split("\n-# ")[0]
        shown += "".join(re.findall(r"\\[\s\S]|\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)", body))
        if not page.more:
            break
        place = page.more[0]
    assert re.sub(r"\s", "", unescape(shown)) == re.sub(r"\s", "", text[start:end])


def test_a_quote_as_long_as_an_article_may_be_is_shown_in_no_time() -> None:
    article = Article("a", "A title", "It rained. " * 100_000)
    told = told_of(article, 0, len(article.text), said="said:", directness="direct")
    where = Paragraph("T", None, 1, article.text, 0, len(article.text))
    started = time.process_time()
    pages = [told_page([told]), context_page([where], [told.citation.place])]
    assert time.process_time() - started < 1.0
    assert all(page.more[0].end == len(article.text) for page in pages)
