from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from index.article import Article, ArticleError
from index.formats import read_article

Put = Callable[[bytes], Path]
# where a line starts on its page, from the left and from the bottom; the size of its letters; its text
PdfLine = tuple[float, float, float, str]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(data: bytes) -> Path:
        path = tmp_path / "port.pdf"
        path.write_bytes(data)
        return path

    return write


def paragraphs(article: Article) -> list[str]:
    return [article.text[start:end] for start, end in article.paragraphs]


def refusal(path: Path) -> str:
    with pytest.raises(ArticleError) as caught:
        read_article(path)
    return str(caught.value)


def pdf(*pages: Sequence[PdfLine], readers: str | None = None) -> bytes:
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        content = StreamObject()
        content.set_data(b"".join(drawn(*line) for line in lines))
        page[NameObject("/Contents")] = writer._add_object(content)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F"): font})}
        )
    if readers is not None:
        writer.encrypt(readers, "owner", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def drawn(x: float, y: float, size: float, text: str) -> bytes:
    return f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm <".encode() + text.encode("cp1252").hex().encode() + b"> Tj ET\n"


def column(
    lines: Sequence[str], *, x: float = 72, top: float = 700, size: float = 11, step: float = 14
) -> list[PdfLine]:
    """Lines one below the other; an empty one leaves half a line free, a leading tab indents."""
    placed, y = [], top
    for line in lines:
        y -= step if line else step / 2
        if line:
            placed.append((x + (15 if line.startswith("\t") else 0), y, size, line.strip("\t")))
    return placed


# its last lines leave no room for another word, so that only their place shows a new paragraph
FULL_STORY = [
    "The port of Exampleton opened on Tuesday after years of delay, and the first",
    "ship came in at noon. “We waited long enough,” said Ada Park, who runs it all.",
    "Bo Lind, the mayor, denied that the port would ever close again. “It will stay",
    "open for as long as there is a sea in front of it,” he said, and then he left.",
]
STORY = [
    "The port of Exampleton opened on Tuesday after years of delay, and the first",
    "ship came in at noon. “We waited long enough,” said Ada Park, who runs the",
    "city’s port and its ferries.",
    "Bo Lind, the mayor, denied that the port would close again. “It will stay open",
    "for as long as there is a sea,” he said.",
]
WHOLE = [" ".join(STORY[:3]), " ".join(STORY[3:])]
TITLE = (72, 740, 20, "Port opens")


def test_a_line_that_ends_early_ends_a_paragraph_of_a_pdf(put: Put) -> None:
    article = read_article(put(pdf([TITLE, *column(STORY)])))
    assert article.title == "Port opens"
    assert paragraphs(article) == ["Port opens", *WHOLE]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(column([*FULL_STORY[:2], "", *FULL_STORY[2:]]), id="space between"),
        pytest.param(column(["\t" + FULL_STORY[0], FULL_STORY[1], "\t" + FULL_STORY[2], FULL_STORY[3]]), id="indent"),
        pytest.param([*column(FULL_STORY[:2]), *column(FULL_STORY[2:], x=320)], id="next column"),
    ],
)
def test_the_place_of_a_line_shows_a_paragraph_of_a_pdf(put: Put, page: list[PdfLine]) -> None:
    assert paragraphs(read_article(put(pdf(page)))) == [" ".join(FULL_STORY[:2]), " ".join(FULL_STORY[2:])]


def test_columns_of_a_pdf_are_read_one_after_the_other(put: Put) -> None:
    page = [TITLE, *column(STORY[:2]), *column([*STORY[2:3], "", *STORY[3:]], x=320)]
    assert paragraphs(read_article(put(pdf(page)))) == ["Port opens", *WHOLE]


def test_a_paragraph_runs_on_over_a_page_of_a_pdf_without_its_head_and_number(put: Put) -> None:
    def page(number: int, lines: list[str]) -> list[PdfLine]:
        return [(72, 800, 8, f"Example Times, page {number} of 2"), *column(lines), (300, 20, 8, str(number))]

    data = pdf([TITLE, *page(1, STORY[:2])], page(2, [STORY[2], "", *STORY[3:]]))
    assert paragraphs(read_article(put(data))) == ["Port opens", *WHOLE]


def test_a_pdf_of_the_same_page_twice_keeps_its_text(put: Put) -> None:
    assert read_article(put(pdf([TITLE], [TITLE]))).title == "Port opens Port opens"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["The mayor said that the in-", "formation was not to be found anywhere."], "the information was"),
        (["The mayor of the well-", "known port said that it was open."], "the well-known port"),
        (["A co-owner of the port said that the co-", "owner was never asked about it."], "the co-owner was"),
        (
            ["Cooperation was good, said the mayor: co-", "operation is what we all want."],
            "mayor: cooperation is",
        ),
        (["One of the highlights, said Ada Park: the high-", "lights of the port."], "the highlights of"),
        (["Some small and medium-", "sized shops near the port were closed."], "medium-sized shops"),
        (["The treaty with the Anglo-", "Saxon fleet is kept in Exampleton."], "the Anglo-Saxon fleet"),
        (["The port was built in 2019-", "2021 by the city of Exampleton."], "in 2019-2021 by"),
        (["The state-of-the-", "art port opened on Tuesday in Exampleton."], "state-of-the-art port"),
        (["The port of Exam\u00ad", "pleton opened on Tuesday at noon sharp."], "of Exampleton opened"),
        (["The port opened -", "at last, said the mayor of Exampleton."], "opened - at last"),
    ],
)
def test_a_word_broken_at_the_end_of_a_line_is_whole_again(put: Put, lines: list[str], expected: str) -> None:
    article = read_article(put(pdf(column(lines))))
    assert len(article.paragraphs) == 1
    assert expected in article.text


def test_pieces_of_a_line_of_a_pdf_are_one_line(put: Put) -> None:
    page: list[PdfLine] = [
        (72, 700, 11, "The port opened"),
        (170, 704, 6, "1"),
        (180, 700, 11, "on Tuesday."),
    ]
    assert paragraphs(read_article(put(pdf(page)))) == ["The port opened 1 on Tuesday."]


def test_each_point_of_a_list_in_a_pdf_is_a_paragraph(put: Put) -> None:
    points = ["• A ferry to the islands, said Ada Park", "• A bridge to the islands, said Bo Lind"]
    assert paragraphs(read_article(put(pdf(column(points))))) == points


def test_an_encrypted_pdf_is_refused_unless_anybody_may_read_it(put: Put) -> None:
    assert read_article(put(pdf([TITLE], readers=""))).title == "Port opens"
    assert refusal(put(pdf([TITLE], readers="secret"))) == (
        "port.pdf is encrypted; save a copy without a password and add that."
    )


@pytest.mark.parametrize("page", [[], [(300.0, 20.0, 8.0, "7")]])
def test_a_pdf_without_text_is_refused_as_a_scan(put: Put, page: list[PdfLine]) -> None:
    assert refusal(put(pdf(page, page))).startswith("port.pdf holds no text (a scan, perhaps); add its")


WHOLE_FILE = pdf([TITLE, *column(STORY)])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_pdf_that_was_cut_off_is_refused(put: Put, share: float) -> None:
    assert refusal(put(WHOLE_FILE[: int(share * len(WHOLE_FILE))])) == (
        "port.pdf is no PDF or only a part of one; get the whole file again."
    )


def test_a_pdf_without_pages_that_can_be_found_is_refused(put: Put) -> None:
    assert refusal(put(b"%PDF-1.4 nothing in here %%EOF")) == (
        "port.pdf is damaged or not a PDF; open it in its program and save it again."
    )


@settings(max_examples=200)
@given(where=st.floats(0, 1), gone=st.integers(0, 40), new=st.binary(max_size=40))
def test_a_damaged_pdf_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, where: float, gone: int, new: bytes
) -> None:
    start = int(where * len(WHOLE_FILE))
    path = tmp_path_factory.getbasetemp() / "damaged.pdf"
    path.write_bytes(WHOLE_FILE[:start] + new + WHOLE_FILE[start + gone :])
    try:
        article = read_article(path)
    except ArticleError as error:
        assert str(error).startswith("damaged.pdf ")
    else:
        assert article.title
        assert article.paragraphs


def test_nothing_that_the_parser_says_reaches_the_terminal(put: Put) -> None:
    path = put(WHOLE_FILE.replace(b"0000000", b"0000001"))  # wrong places of its parts, which pypdf reports
    program = """
import sys
from index.formats import read_article
print(read_article(sys.argv[1]).title)
"""
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("Port opens\n", "")
