"""Files made to do harm: each gets its sentence within its time, in little memory.

Each is read in a fresh process, as by somebody who adds it, which then tells how much it took: its own growth, and the
most of any process that it started.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from index.article import ArticleError, article_from_text
from index.formats import read_article, read_bytes

SAID = "Ada Park said no."
MAX_MEMORY = 1_000_000_000  # bytes
READER = """
import json, os, resource, sys
from index.article import ArticleError
from index.formats import read_article, sandbox
sandbox.MAX_SECONDS = float(sys.argv[2])
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = {}
try:
    article = read_article(sys.argv[1])
    told["title"] = article.title
except ArticleError as error:
    told["sentence"] = str(error)
sandbox._stop_all()  # a process that has ended tells what it took
told["seconds"] = sum(os.times()[:4])  # of processors: however many others want them
own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
told["bytes"] = (own - base + others) * 1024
print(json.dumps(told))
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux tells it")


def told_of(path: Path, limit: float = 240) -> dict[str, Any]:
    """What reading a file gives: its title or a sentence, and what it took."""
    done = subprocess.run([sys.executable, "-c", READER, path, str(limit)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["bytes"] < MAX_MEMORY
    return told


# ── web pages and texts ───────────────────────────────────────────────────

NO_ARTICLE = "holds no article; copy the article's words into a text file and add that."
PAGES: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "a million tags in each other": (lambda: b"<div>" * 1_000_000 + SAID.encode(), NO_ARTICLE),
    "tables in each other": (lambda: b"<table><tr><td>" * 6_000 + SAID.encode(), NO_ARTICLE),
    "comments that never end": (lambda: b"<!--" * 2_400_000, NO_ARTICLE),
    "entities in entities": (
        lambda: (
            b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
            + b"".join(b'<!ENTITY %c "%s">' % (98 + i, (b"&%c;" % (97 + i)) * 10) for i in range(1, 20))
            + b"]><p>&s;</p>"
        ),
        None,
    ),
    "a tag with two million attributes": (lambda: b"<p " + b"a=1 " * 2_400_000 + b">" + SAID.encode(), None),
    "one line of ten megabytes": (lambda: b"Ada Park said no. " * 540_000, None),
    "data that nests": (
        lambda: b'<script type="application/ld+json">' + b"[" * 9_000_000 + b"</script><p>" + SAID.encode(),
        None,
    ),
}


@pytest.mark.parametrize("case", PAGES)
def test_a_page_made_to_do_harm_is_read_or_refused_in_twenty_seconds(tmp_path: Path, case: str) -> None:
    make, sentence = PAGES[case]
    path = tmp_path / "page.html"
    path.write_bytes(make())
    told = told_of(path)
    assert told["seconds"] < 20
    if sentence is None:
        assert "title" in told
    else:
        assert told["sentence"] == f"page.html {sentence}"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("line.txt", b"Ada Park said no. " * 540_000),
        ("line.md", b"[" * 9_900_000),
        ("lines.md", b"*\n" * 4_900_000),
        ("front.md", b"---\n" + b"title:" * 1_600_000),
        ("legacy.txt", b"Ada\x92s port. " * 700_000),
    ],
)
def test_a_text_made_to_do_harm_is_read_in_ten_seconds(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    told = told_of(path)
    assert told["title"]
    assert told["seconds"] < 10


def test_a_text_of_zeros_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "zeros.txt"
    path.write_bytes(bytes(9_000_000))
    assert told_of(path)["sentence"].startswith("zeros.txt is not text (it holds binary data); ")


# ── Word ──────────────────────────────────────────────────────────────────

BODY, BODY_END = f"<w:document {nsdecls('w')}><w:body>".encode(), b"</w:body></w:document>"


def word(body: bytes | None = None, parts: Sequence[tuple[str, bytes]] = (), *, dtd: bytes = b"") -> bytes:
    """A Word document with another body, and more parts."""
    whole, out = io.BytesIO(), io.BytesIO()
    document = docx.Document()
    document.add_paragraph(SAID)
    document.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for member in source.infolist():
            changed = body is not None and member.filename == "word/document.xml"
            target.writestr(member.filename, dtd + BODY + (body or b"") + BODY_END if changed else source.read(member))
        for name, data in parts:
            target.writestr(name, data)
    return out.getvalue()


def lying(data: bytes, size: int) -> bytes:
    """An archive that says that what unpacks to `size` bytes unpacks to a thousand."""
    return data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


DAMAGED_WORD = "is damaged or not a Word document; open it in its program and save it again."
LAUGHS = b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>%s]>" % b"".join(
    b"<!ENTITY %c '%s'>" % (98 + i, (b"&%c;" % (97 + i)) * 10) for i in range(9)
)
DOCUMENTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a gigabyte in a few megabytes": (
        lambda: word(parts=[("word/media/a.bin", bytes(1_000_000_000))]),
        "unpacks to more than 50 MB; save its text alone and add that.",
    ),
    "sixty thousand parts": (
        lambda: word(parts=[(f"word/{number}", b"") for number in range(60_000)]),
        "has more than 5,000 parts; save its text alone and add that.",
    ),
    "eight million paragraphs": (
        lambda: word(b"<w:p/>" * 8_000_000),
        "holds more than 2,000,000 tags; save its text alone and add that.",
    ),
    "a body that unpacks to more than it says": (
        lambda: lying(word(b"a" * 100_000_000), 100_000_000 + len(BODY + BODY_END)),
        DAMAGED_WORD,
    ),
    "a hundred thousand elements in each other": (
        lambda: word(b"<w:p><w:r>" * 100_000 + b"</w:r></w:p>" * 100_000),
        DAMAGED_WORD,
    ),
    "entities in entities": (lambda: word(b"<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", dtd=LAUGHS), DAMAGED_WORD),
    "nothing but beginnings of archives": (lambda: b"PK\3\4" * 2_000_000, DAMAGED_WORD),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_a_word_document_made_to_do_harm_is_refused_in_ten_seconds(tmp_path: Path, case: str) -> None:
    make, sentence = DOCUMENTS[case]
    path = tmp_path / "word.docx"
    path.write_bytes(make())
    told = told_of(path)
    assert told["sentence"] == f"word.docx {sentence}"
    assert told["seconds"] < 10


def test_archives_in_a_word_document_stay_packed(tmp_path: Path) -> None:
    inner = word(parts=[("word/media/a.bin", bytes(40_000_000))])
    path = tmp_path / "word.docx"
    path.write_bytes(word(parts=[(f"word/embeddings/{number}.docx", inner) for number in range(100)]))
    told = told_of(path)
    assert (told["title"], told["seconds"] < 10) == (SAID, True)


def test_a_word_document_never_fetches_a_file_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret")
    dtd = f'<!DOCTYPE a [<!ENTITY a SYSTEM "file://{tmp_path}/secret.txt">]>'.encode()
    path = tmp_path / "word.docx"
    path.write_bytes(word(f"<w:p><w:r><w:t>{SAID}&a;</w:t></w:r></w:p>".encode(), dtd=dtd))
    assert read_article(path).text == SAID


# ── PDF ───────────────────────────────────────────────────────────────────


def pdf(*objects: bytes) -> bytes:
    """A PDF of numbered objects, the first its root."""
    out, places = bytearray(b"%PDF-1.7\n"), list[int]()
    for number, value in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>" % (size, table, size)
    return bytes(out) + tail + b"\nstartxref\n%d\n%%%%EOF" % len(out)


def packed(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 1)
    head = b"<</Length %d/Filter[%s]>>stream\n" % (len(data), b"/FlateDecode" * times)
    return head + data + b"\nendstream"


def drawing(content: bytes, pages: int = 1) -> bytes:
    """A PDF whose pages all draw the same."""
    kids = b" ".join(b"%d 0 R" % (5 + page) for page in range(pages))
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>"
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", tree, font, content, *[page] * pages)


LINE = b"BT /F 12 Tf 1 0 0 1 72 700 Tm (Ada Park said no.) Tj ET\n"
DAMAGED_PDF = "is damaged or not a PDF; open it in its program and save it again."
UNPACKS = "unpacks to more than can be read; save its text alone and add that."
PDFS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a gigabyte in a few megabytes": (lambda: drawing(packed(bytes(900_000_000))), UNPACKS),
    "a packed stream packed again": (lambda: drawing(packed(bytes(500_000_000), 2)), UNPACKS),
    "twenty thousand levels of pages": (
        lambda: pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            *[b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 3) for number in range(20_000)],
            b"<</Type/Page/MediaBox[0 0 9 9]>>",
        ),
        UNPACKS,
    ),
    "pages that hold themselves": (
        lambda: pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[2 0 R]>>"),
        DAMAGED_PDF,
    ),
    "lists in lists": (
        lambda: pdf(b"<</Type/Catalog/Pages 2 0 R/A %s>>" % (b"[" * 4_000_000), b"<</Type/Pages/Count 0/Kids[]>>"),
        DAMAGED_PDF,
    ),
    "a million objects that never end": (lambda: b"%PDF-1.4\n" + b"1 0 obj\n" * 1_000_000 + b"%%EOF", DAMAGED_PDF),
}


@pytest.mark.parametrize("case", PDFS)
def test_a_pdf_made_to_do_harm_is_refused_in_twenty_seconds(tmp_path: Path, case: str) -> None:
    make, sentence = PDFS[case]
    path = tmp_path / "paper.pdf"
    path.write_bytes(make())
    told = told_of(path)
    assert told["sentence"] == f"paper.pdf {sentence}"
    assert told["seconds"] < 20


@pytest.mark.parametrize(
    ("lines", "pages"), [pytest.param(1, 60_000, id="pages without end"), pytest.param(500_000, 1, id="one vast page")]
)
def test_a_pdf_that_takes_too_long_is_given_up_at_the_limit(tmp_path: Path, lines: int, pages: int) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(drawing(packed(LINE * lines), pages))
    told = told_of(path, limit=2)  # where a person's files have 40 s
    assert told["sentence"].startswith("paper.pdf takes more than ")
    assert told["sentence"].endswith(" s to read; save its text alone and add that.")
    assert told["seconds"] < 4


# ── names, kinds, titles ──────────────────────────────────────────────────


@pytest.mark.parametrize("inside", ["a.html", "a.docx", "a.pdf"])
@pytest.mark.parametrize("ending", [".txt", ".html", ".docx", ".pdf"])
def test_a_file_with_another_ending_than_it_should_have_is_read_or_refused(inside: str, ending: str) -> None:
    makers = {"a.html": b"<p>Ada Park said no.</p>", "a.docx": word(), "a.pdf": drawing(packed(LINE))}
    try:
        article = read_bytes(makers[inside], f"other{ending}").article
    except ArticleError as error:
        assert str(error).startswith(f"other{ending} ")
        assert str(error).endswith(".")
        assert "\n" not in str(error)
    else:
        assert SAID in article.text


def test_devices_and_pipes_are_no_files_whatever_points_to_them(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "link.html").symlink_to(tmp_path / "pipe.html")
    (tmp_path / "endless.txt").symlink_to("/dev/zero")
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "nowhere.pdf")
    for name in ("pipe.html", "link.html", "endless.txt"):
        with pytest.raises(ArticleError, match=f"^{name} is not a file; "):
            read_article(tmp_path / name)
    with pytest.raises(ArticleError, match=r"^gone\.pdf does not exist; "):
        read_article(tmp_path / "gone.pdf")


def test_reading_goes_on_after_a_file_that_was_given_up(tmp_path: Path) -> None:
    for data in (drawing(packed(bytes(100_000_000))), b"<p>Ada Park said no.</p>", drawing(packed(LINE))):
        for name in ("a.pdf", "a.html"):
            try:
                assert SAID in read_bytes(data, name).article.text
            except ArticleError as error:
                assert str(error).startswith(f"{name} ")
    assert read_bytes(b"<p>Ada Park said no.</p>", "a.html").article.text == SAID


@given(st.text(st.sampled_from("ab \u202e\u2066\u2069\u200b\u200d\u200f\ufeff\xad\x00\x1b\U000e0061"), min_size=1))
def test_nothing_unseen_stands_in_a_title(title: str) -> None:
    kept = article_from_text(SAID, id="a", title=title).title
    assert kept.isprintable()
    assert set(kept) <= {*"ab ", *SAID}


def test_a_title_that_would_turn_its_line_round_does_not() -> None:
    assert article_from_text("Port \u202eopens\u202c at\u200b last\n", id="a").title == "Port opens at last"
    assert article_from_text("Port \u202eopens\n", id="a").text == "Port \u202eopens\n"  # the words stay as they are
