"""Files of all formats: an article, or one sentence."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
from hypothesis import strategies as st

from index.article import MAX_TITLE, ArticleError, canonical_text, safe_id
from index.formats import read_bytes
from tests.tools.fuzz.inputs import articles, bodies, changed, joined, texts
from tests.tools.fuzz.run import Target

SENTENCE = re.compile(r"[^\n]+\.")
_TEXT = "Ada Park said that the mill was old."
_PAGE = f"""<!DOCTYPE html><html><head><title>Mill</title><link rel="canonical" href="https://example.com/a">
<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "2021-05-03"}}</script></head>
<body><nav>Home</nav><article><h1>Mill</h1><p>{_TEXT}</p><table><tr><td>a</td></tr></table></article></body></html>"""
_TAGS = [
    "<p>",
    "</p>",
    "<div",
    "<article>",
    "<table>",
    "<tr>",
    "<script>",
    "<style>",
    "<!--",
    "-->",
    "&amp;",
    "&#x110000;",
    "&#0;",
    "<br/>",
    "<svg>",
    "<base",
    "<template>",
    "<![CDATA[",
    "]]>",
    "<meta",
    'charset="utf-16">',
    "<pre>",
    "<a",
    'href="javascript:x">',
    'title="”"',
    "<html>",
    "</body>",
]
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj "
    b"4 0 obj<</Length 44>>stream\nBT /F 12 Tf 1 0 0 1 7 7 Tm (Ada Park said no.) Tj ET\nendstream endobj "
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R/Size 6>>\n%%EOF"
)


def _word() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(_TEXT)
    document.save(out)
    return out.getvalue()


def check(given: tuple[str, bytes]) -> None:
    """Reading a file gives an article as articles are, or an ArticleError that is one sentence."""
    name, data = given
    try:
        article = read_bytes(data, name).article
    except ArticleError as error:
        assert SENTENCE.fullmatch(str(error)), str(error)
        return
    assert canonical_text(article.text, name) == article.text
    assert 0 <= len(article.title) <= MAX_TITLE + 1
    assert "\n" not in article.title
    assert safe_id(article.id) == article.id
    assert all(0 <= start < end <= len(article.text) for start, end in article.paragraphs)


def targets() -> Iterator[Target]:
    """Texts are read here, other files in a process of their own."""
    plain = texts(articles()).map(lambda text: text.encode("utf-8", "replace"))
    front = joined(["---", "title:", "\n", "#", "*", "_", "[", "](", ")", "`", "a", " ", "\\"], 60).map(str.encode)
    yield Target("texts", st.tuples(st.sampled_from(["a.txt", "a.md", "ä b.MD"]), st.one_of(plain, front)), check)
    encoded = st.tuples(texts(articles()), st.sampled_from(["cp1252", "utf-16", "gb18030", "mac_roman", "utf-32"]))
    legacy = st.one_of(encoded.map(lambda given: given[0].encode(given[1], "replace")), st.binary(max_size=300))
    yield Target("encodings", st.tuples(st.just("a.txt"), legacy), check, 20)
    pages = st.one_of(texts([_PAGE], _TAGS), changed([_PAGE], _TAGS), joined(_TAGS)).map(
        lambda text: text.encode("utf-8", "replace")
    )
    yield Target("pages", st.tuples(st.just("a.html"), pages), check, 20)
    yield Target("PDFs", st.tuples(st.just("a.pdf"), bodies([_PDF])), check, 20)
    yield Target("Word documents", st.tuples(st.just("a.docx"), bodies([_word()])), check, 20)
