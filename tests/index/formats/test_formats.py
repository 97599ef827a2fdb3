from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

import index
from index.article import Article, ArticleError
from index.formats import SUFFIXES, read_article

QUOTE = "“We waited long enough,” said Ada Park, who runs the city’s port."
Put = Callable[[str, bytes | str], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(name: str, data: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


def paragraphs(article: Article) -> list[str]:
    return [article.text[start:end] for start, end in article.paragraphs]


def refusal(path: Path | str) -> str:
    with pytest.raises(ArticleError) as caught:
        read_article(path)
    return str(caught.value)


# --- text and Markdown


def test_the_shipped_article_is_read_byte_for_byte() -> None:
    path = Path(index.__file__).parent / "articles" / "wuzhen-2021.txt"
    article = read_article(path)
    assert (article.id, article.collection, article.source) == ("wuzhen-2021", "public", None)
    assert article.title == "Internet conference calls for supporting SMEs"
    assert article.text.encode() == path.read_bytes()
    assert len(article.paragraphs) == 6
    assert paragraphs(article)[0] == article.title
    assert [text[:12] for text in paragraphs(article)] == [
        line[:12] for line in article.text.split("\n") if line.strip()
    ]


def test_an_article_keeps_where_it_comes_from_and_who_may_see_it(put: Put) -> None:
    article = read_article(str(put("My port!.TXT", QUOTE)), collection="guild:1", source="https://example.org")
    assert (article.id, article.collection, article.source) == ("My-port", "guild:1", "https://example.org")


@pytest.mark.parametrize("suffix", ["txt", "text", "md", "markdown", "TXT", "Md"])
def test_a_text_stays_as_it_is_but_for_its_mark_and_carriage_returns(put: Put, suffix: str) -> None:
    data = b"\xef\xbb\xbfPort opens  \r\n\r\n\t\xe2\x80\x9cYes,\xe2\x80\x9d she *said*.\x0b\n\n"
    assert read_article(put(f"port.{suffix}", data)).text == "Port opens  \n\n\t“Yes,” she *said*.\x0b\n\n"


LEGACY_TEXTS = [
    QUOTE,
    "The city’s port opened.",
    "The café of André and Zoë Müller in Saint-Rémy opened.",
    "The café in Saint-Rémy, run by Zoë Müller, cost £40 million — about €46m: “à la mode”…",
]


@pytest.mark.parametrize("text", LEGACY_TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "mac_roman"])
def test_texts_are_decoded(put: Put, text: str, encoding: str) -> None:
    assert read_article(put("a.txt", text.encode(encoding))).text == text


def test_a_text_from_a_chinese_computer_is_decoded(put: Put) -> None:
    for text in (f"The port of Exampleton (例子) opened — at last. {QUOTE}", "The city’s port opened."):
        assert read_article(put("a.txt", text.encode("gb18030"))).text == text


def test_a_long_text_in_windows_1252_is_decoded_to_its_end(put: Put) -> None:
    text = "The port opened on Tuesday.\n" * 40_000 + QUOTE
    assert read_article(put("a.txt", text.encode("cp1252"))).text == text


@pytest.mark.parametrize(
    "data",
    [
        "Привет, это статья о порте, который открылся.".encode("cp1251"),
        b"\xff\xfeA\x00\xd8",
        b"\x81\x8d\x8f\x90\x9d The port opened on \x81\x8d.",
        bytes(range(128, 256)) * 5,
        "“It’s time,” said Ada Park of Exampleton.".encode("shift_jis"),
    ],
)
def test_a_text_in_an_encoding_that_is_in_doubt_is_refused(put: Put, data: bytes) -> None:
    assert refusal(put("a.txt", data)) == (
        "a.txt is in an encoding that cannot be told for sure; save it as plain text in UTF-8."
    )


@pytest.mark.parametrize(
    "data", [b"\x7fELF\x02\0\0\0\x01", b"The port\0 opened.", "Port\0".encode("utf-16"), b"\x01" * 9]
)
def test_a_binary_file_is_refused(put: Put, data: bytes) -> None:
    assert refusal(put("a.md", data)).startswith("a.md is not text (it holds binary data); save it")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Port *opens* at __last__ #\n\nIt did.", "Port opens at last"),
        ("Port opens\n==========\n", "Port opens"),
        ("---\n\n***\n## The [port](https://example.org/a_b) of `Exampleton`\n", "The port of Exampleton"),
        ("---\ndate: 2021-05-03\ntitle: 'Port opens'\n---\n# Other\n", "Port opens"),
        ("---\ndate: 2021-05-03\n---\n# Port opens\n", "Port opens"),
        ("#hashtag 2 * 3 * 4 is snake_case_name\n", "#hashtag 2 * 3 * 4 is snake_case_name"),
        (r"Port \*opens\*", "Port *opens*"),
        ("***\n", "***"),
    ],
)
def test_a_markdown_title_comes_without_its_markup(put: Put, text: str, title: str) -> None:
    article = read_article(put("port.md", text))
    assert article.title == title
    assert article.text == text


# --- web pages

OPENED = "The port opened on Tuesday, said Ada Park, who runs it & lives there. “It’s time,” she said."
FINE = "It is a fine port, the finest that anybody ever saw in Exampleton."
DENIED = "The mayor, Bo Lind, denied that the port would close. He said it would stay open for ever."
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Port opens | Example Times</title>
<style>p { color: red }</style><script>var hidden = "script";</script></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<header><h1>Port opens</h1></header>
<article>
<p>The port opened on <b>Tuesday</b>, said <a href="/ada">Ada Park</a>, who runs it
&amp; lives there. “It’s <i>time</i>,” she said.</p>
<blockquote><p>It is a fine port, the finest that anybody ever saw in Exampleton.</p></blockquote>
<p>The mayor, Bo Lind, denied that the port would close. He said it would stay open for ever.</p>
</article>
<section class="comments"><h2>Comments</h2><p>Troll says this is rubbish.</p></section>
<footer>Copyright Example Times</footer><script>document.write("evil script")</script></body></html>"""


@pytest.mark.parametrize("name", ["port.html", "port.HTM"])
def test_a_page_gives_its_article_with_the_title_first(put: Put, name: str) -> None:
    article = read_article(put(name, PAGE))
    assert article.title == "Port opens"
    assert paragraphs(article) == ["Port opens", OPENED, FINE, DENIED]


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("2021-05-03T23:10:00+08:00", "2021-05-03"),
        ("0000-01-01T00:00:00Z", None),
        ("2999-01-01", None),
        ("soon", None),
    ],
)
def test_a_page_tells_the_day_of_its_publication(put: Put, told: str, day: str | None) -> None:
    mark = f'<meta property="article:published_time" content="{told}">'
    assert read_article(put("port.html", PAGE.replace("</title>", f"</title>{mark}"))).published == day


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            """<html><head><title>Port</title></head><body><nav>Home</nav><h1>Port opens</h1>
            <p>Ada Park said
<b>no</b>.</p><p>Bo Lind said yes.</p>
            <script>var a = 1</script><div id=comments>rubbish</div></body></html>""",
            ["Port opens", "Ada Park said no.", "Bo Lind said yes."],
        ),
        (
            "<html><title>Port opens</title><body>World<h2>PORT OPENS</h2>Ada Park said <i>no</i>.</html>",
            ["PORT OPENS", "World", "Ada Park said no."],
        ),
        ("<p>Ada Park said <b>no</b>.</p>", ["Ada Park said no."]),
        ("Ada Park said no.<br>Bo Lind said yes.", ["Ada Park said no.", "Bo Lind said yes."]),
        ("<pre>Ada Park said no.\nBo Lind said yes.</pre>", ["Ada Park said no.", "Bo Lind said yes."]),
        (
            '<?xml version="1.0" encoding="iso-8859-1"?><html><p>Ada Park said “no” in the café.</p></html>',
            ["Ada Park said “no” in the café."],
        ),
    ],
)
def test_a_tiny_page_gives_its_blocks_whole(put: Put, page: str, expected: list[str]) -> None:
    for encoding in ("utf-8", "cp1252"):
        article = read_article(put("port.html", page.encode(encoding)))
        assert paragraphs(article) == expected
        assert article.title == expected[0]


def test_a_page_too_large_to_search_gives_all_its_article(put: Put) -> None:
    lines = [f"Ada Park said {i}." for i in range(40_000)]
    article = "".join(f"<p><b>Ada</b> <a href=/>Park</a> said {i}.</p>" for i in range(40_000))
    page = f"<html><body><nav>Home</nav><article>{article}</article></body></html>"
    start = sum(os.times()[:4])  # of processors, those of its ended processes too
    assert paragraphs(read_article(put("port.html", page))) == lines
    assert sum(os.times()[:4]) - start < 20  # searched, it takes more than a minute


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>Port opens</title></head><body></body></html>",
        "<script>alert('Port opens')</script>",
        "<!-- a -->",
    ],
)
def test_a_page_without_an_article_is_refused(put: Put, page: str) -> None:
    assert refusal(put("p.html", page)) == (
        "p.html holds no article; copy the article's words into a text file and add that."
    )


def test_nothing_that_the_parser_says_reaches_the_terminal(put: Put) -> None:
    path = put("port.html", "<p>Port opens</p>")  # which trafilatura reports as no whole page
    program = """
import sys
from index.formats import read_article
print(read_article(sys.argv[1]).title)
"""
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("Port opens\n", "")


# --- Word


def word(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_word_document_gives_paragraphs_and_cells_in_their_order(put: Put) -> None:
    document = docx.Document()
    document.add_heading("Port opens", 0)
    document.add_paragraph("“We waited ").add_run("long").bold = True
    document.paragraphs[-1].add_run(" enough,”\tsaid\nAda Park.")
    document.add_paragraph("")
    table = document.add_table(2, 2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ["one", "two", "three", "four"], strict=True):
        cell.text = text
    table.rows[1].cells[0].merge(table.rows[1].cells[1])
    document.add_paragraph("Bo Lind denied it.")
    article = read_article(put("port.DOCX", saved(document)))
    assert (article.id, article.title) == ("port", "Port opens")
    assert article.text.split("\n") == [
        "Port opens",
        "“We waited long enough,” said Ada Park.",
        "one",
        "two",
        "three",
        "four",
        "Bo Lind denied it.",
    ]


@pytest.mark.parametrize(
    "xml",
    [
        pytest.param(
            """<w:sdt {W}><w:sdtContent>
            <w:p><w:r><w:t>Ada Park said no.</w:t></w:r></w:p></w:sdtContent></w:sdt>""",
            id="content control",
        ),
        pytest.param(
            """<w:p {W}><w:r><w:t xml:space="preserve">Ada Park </w:t></w:r>
            <w:ins><w:r><w:t>said no.</w:t></w:r></w:ins>
            <w:del><w:r><w:delText>said yes.</w:delText></w:r></w:del>
            <w:moveFrom><w:r><w:t>Twice.</w:t></w:r></w:moveFrom></w:p>""",
            id="tracked changes",
        ),
        pytest.param(
            """<w:p {W}><w:hyperlink><w:r><w:t>Ada Park</w:t></w:r></w:hyperlink>
            <w:r><w:t> said no.</w:t></w:r></w:p>""",
            id="link",
        ),
        pytest.param(
            """<w:p {W}><w:r><w:pict><w:txbxContent>
            <w:p><w:r><w:t>Ada Park said no.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>""",
            id="text box",
        ),
    ],
)
def test_a_word_document_gives_the_text_that_it_shows(put: Put, xml: str) -> None:
    document = docx.Document()
    document.element.body.insert(0, parse_xml(xml.replace("{W}", nsdecls("w"))))
    assert read_article(put("port.docx", saved(document))).text == "Ada Park said no."


def test_a_word_document_that_unpacks_to_too_much_is_refused(put: Put) -> None:
    stream = io.BytesIO(word("Port opens"))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/a.bin", bytes(50_000_001))
    assert refusal(put("bomb.docx", stream.getvalue())).startswith("bomb.docx unpacks to more than 50 MB; save")


def test_a_word_document_with_a_password_is_refused_as_such(put: Put) -> None:
    # such a file is no archive but a container of the older kind
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
    assert refusal(put("a.docx", data)).startswith("a.docx is encrypted or an old Word file; save it without")


# --- refused, whatever the format


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_an_empty_file_is_refused(put: Put, suffix: str) -> None:
    assert refusal(put(f"a{suffix}", "")) == f"a{suffix} is empty; give it some text to read."


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.txt", " \r\n\t\n"), ("a.md", "\ufeff"), ("a.html", "\n\n"), ("a.docx", word("", " "))],
)
def test_a_file_of_blanks_is_refused(put: Put, name: str, data: bytes | str) -> None:
    assert refusal(put(name, data)).startswith(f"{name} is empty; ")


def test_a_file_in_another_format_is_refused_with_the_formats_that_are_read(put: Put) -> None:
    assert refusal(put("port.rtf", "{}")) == (
        "port.rtf has a format that is not read here; use .docx, .htm, .html, .markdown, .md, .pdf, .text, .txt."
    )
    assert refusal(put("port", "x")).startswith("port has a format that is not read here; use .docx,")


@pytest.mark.parametrize("name", ["gone.txt", "file.txt/gone.txt", "nul\0.txt", "x" * 300 + ".txt"])
def test_a_file_that_is_not_there_is_refused(put: Put, name: str) -> None:
    folder = put("file.txt", "x").parent
    assert refusal(folder / name).endswith("; check its name and folder.")


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    assert refusal(tmp_path / "folder.txt") == "folder.txt is a folder; name a file in it."
    assert refusal(tmp_path / "pipe.txt").startswith("pipe.txt is not a file; ")
    assert refusal(tmp_path / "loop.txt").startswith("loop.txt cannot be read (")
    assert refusal("/").startswith("/ is a folder; ")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may read everything")
def test_a_file_that_may_not_be_read_is_refused(put: Put) -> None:
    path = put("secret.txt", "x")
    path.chmod(0)
    assert refusal(path) == "secret.txt may not be read; change its permissions or copy it."


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_a_file_above_ten_megabytes_is_refused(put: Put, suffix: str) -> None:
    path = put(f"large{suffix}", "")
    os.truncate(path, 25_000_000)  # a hole, so that the test is quick
    assert refusal(path) == f"large{suffix} is larger than 10 MB (25.0 MB); split it into smaller articles."


def test_a_text_that_grows_above_ten_megabytes_when_decoded_is_refused(put: Put) -> None:
    assert refusal(put("a.txt", ("例" * 4_000_000).encode("utf-16"))).startswith("a.txt is larger than 10 MB (12.0 MB)")


@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_a_file_that_is_something_else_is_refused(put: Put, name: str) -> None:
    assert refusal(put(name, PAGE)).startswith(f"{name} is ")


WHOLE_FILES = {
    "a.txt": QUOTE.encode("cp1252"),
    "a.md": f"# Port\n\n{QUOTE}".encode("utf-16"),
    "a.html": PAGE.encode(),
    "a.docx": word("Port opens", QUOTE),
}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_word_document_that_was_cut_off_is_refused(put: Put, share: float) -> None:
    data = WHOLE_FILES["a.docx"]
    assert refusal(put("a.docx", data[: int(share * len(data))])) == (
        "a.docx is damaged or not a Word document; open it in its program and save it again."
    )


def read_or_refuse(path: Path) -> None:
    try:
        article = read_article(path)
    except ArticleError as error:
        assert str(error).startswith(f"{path.name} ")
        assert "\n" not in str(error)
    else:
        assert article.id == path.stem
        assert article.title
        assert article.text == article.text.replace("\r", "")
        assert article.paragraphs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@settings(max_examples=100)
@given(data=st.one_of(st.binary(), st.text().map(str.encode), st.binary().map(lambda b: b"%PDF-1.4\n" + b + b"%%EOF")))
def test_any_bytes_are_read_or_refused(folder: Path, suffix: str, data: bytes) -> None:
    path = folder / f"any{suffix}"
    path.write_bytes(data)
    read_or_refuse(path)


@pytest.mark.parametrize("name", WHOLE_FILES)
@settings(max_examples=100)
@given(where=st.floats(0, 1), gone=st.integers(0, 40), new=st.binary(max_size=40))
def test_a_damaged_file_is_read_or_refused(folder: Path, name: str, where: float, gone: int, new: bytes) -> None:
    data = WHOLE_FILES[name]
    start = int(where * len(data))
    path = folder / name
    path.write_bytes(data[:start] + new + data[start + gone :])
    read_or_refuse(path)
