"""Candidates for a question: dense and lexical legs over the store, fused by a per-query normalisation."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from index.article import Article, Span
from index.language.synonyms import kin
from index.language.words import short_forms, stem, stems_of, without_marks, words_of
from index.passages import sentences
from index.statements.statement import Statement
from index.store.protocol import Hit, Scope, Store, StoredPassage, StoredStatement

_Stored = TypeVar("_Stored", StoredStatement, StoredPassage)

# a word's rarity, its stem, and the stems of its kin
Weighed = tuple[float, str, frozenset[str]]
# what another word of the same meaning counts, beside the word itself
_KIN = 0.7

# scopes, speakers included, whose statements are kept at hand
_SCOPES = 64
# statements whose sentences are kept at hand
_KEPT_SENTENCES = 20_000
# words whose rarity is kept at hand: people may ask for any, so all go when there are more
_KEPT_WORDS = 50_000
# how many owners each leg brings
_DEPTH = 24
# characters: of a longer paragraph only what is near counts as beside a statement, else their words would be its square
_LONG_PARAGRAPH, _STEP = 2000, 600
# weights of the fused score; min-max per query beats reciprocal rank fusion on news and on encyclopedia paragraphs
_DENSE_CONTENT, _DENSE_ATTRIBUTED, _LEXICAL = 0.45, 0.15, 0.40


@dataclass(frozen=True, slots=True)
class Evidence:
    """A statement or a passage with its scores for a question.

    Attributes:
        text: the statement's content, or the passage's sentence, exactly as the article has it.
        context: the paragraph that holds it, or what is near in a very long one.
        dense: cosine of the question's topic with `text`; `attributed` with the statement and its speaker.
        coverage: 0 to 1, the share of the topic's words, weighted by rarity, that `text` and its sentence hold;
            `near` the same for the paragraph, `matched` the rarity of the words held, summed.
        fused: 0 to 1, the normalised rank score within this query.
        held: stems of the words of the text, and of who said it how to whom; `nearby` with those of the paragraph.
    """

    article: Article
    text: str
    context: str
    dense: float = 0.0
    attributed: float = 0.0
    coverage: float = 0.0
    near: float = 0.0
    matched: float = 0.0
    fused: float = 0.0
    held: frozenset[str] = frozenset()
    nearby: frozenset[str] = frozenset()
    statement: StoredStatement | None = None
    passage: StoredPassage | None = None

    @property
    def said(self) -> Statement:
        """The statement; only for evidence that is one."""
        assert self.statement is not None  # noqa: S101 - callers ask this of statements only
        return self.statement.statement

    @property
    def span(self) -> Span:
        """Where `text` stands in the article."""
        if self.statement is not None:
            return self.said.span
        assert self.passage is not None  # noqa: S101 - one of the two is always there
        return self.passage.passage.span


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: the topic's vector and its content words (lower case, without stop words)."""

    vector: NDArray[np.float32]
    words: tuple[str, ...]


class Searcher:
    """Finds evidence in one version of a store. Throw it away when the version changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._article = lru_cache(maxsize=64)(store.article)
        self._idf: dict[tuple[frozenset[str], str], float] = {}
        self._sizes: dict[Scope, int] = {}
        self._by_article: dict[int, list[Evidence]] = {}
        self._every: LRUCache[Scope, list[Evidence]] = LRUCache(_SCOPES)
        self._statements: dict[int, Evidence] = {}
        self._passages: dict[int, Evidence] = {}
        self._short_forms: dict[tuple[str, str], list[tuple[str, frozenset[str]]]] = {}
        self._around: LRUCache[int, tuple[str, str | None]] = LRUCache(_KEPT_SENTENCES)

    def article(self, key: int) -> Article:
        """An article by its store key, remembered."""
        return self._article(key)

    def statements(self, query: Query, scope: Scope, limit: int = _DEPTH) -> list[Evidence]:
        """Statements for the query, best first, equal ones in the order of the store."""
        content = self._store.dense("content", query.vector, scope, limit)
        attributed = self._store.dense("attributed", query.vector, scope, limit)
        lexical = self._store.lexical("attributed", query.words, scope, limit)
        keys = _union(content, attributed, lexical)
        legs = (_leg(content, keys), _leg(attributed, keys), _leg(lexical, keys, floor=0.0))
        words = self.weigh(query.words, scope)
        fused = _fuse(legs, (_DENSE_CONTENT, _DENSE_ATTRIBUTED, _LEXICAL))
        found = [
            self._scored(plain, words, legs[0][i], legs[1][i], fused[i])
            for i, plain in _numbered(keys, self._statements, self._store.statements_by_key, self._plain)
        ]
        return sorted(found, key=lambda evidence: (-evidence.fused, _key(evidence)))

    def passages(self, query: Query, scope: Scope, limit: int = _DEPTH) -> list[Evidence]:
        """Sentences for the query, best first, equal ones in the order of the store."""
        dense = self._store.dense("sentence", query.vector, scope, limit)
        lexical = self._store.lexical("sentence", query.words, scope, limit)
        keys = _union(dense, lexical)
        legs = (_leg(dense, keys), _leg(lexical, keys, floor=0.0))
        words = self.weigh(query.words, scope)
        fused = _fuse(legs, (1 - _LEXICAL, _LEXICAL))
        found = [
            self._scored(plain, words, legs[0][i], legs[0][i], fused[i])
            for i, plain in _numbered(keys, self._passages, self._store.passages_by_key, self._plain_passage)
        ]
        return sorted(found, key=lambda evidence: (-evidence.fused, _key(evidence)))

    def every_statement(self, scope: Scope) -> list[Evidence]:
        """All statements in scope without a query, in the order of the articles."""
        if scope not in self._every:
            self._every[scope] = [self._plain(stored) for stored in self._store.statements(scope)]
        return list(self._every[scope])

    def statements_in(self, article: int) -> list[Evidence]:
        """All statements of one article, by its store key, in order."""
        if article not in self._by_article:
            found = self.article(article)
            scope = Scope(frozenset({found.collection}), frozenset({found.id}))
            self._by_article[article] = self.every_statement(scope)
        return self._by_article[article]

    def naming(self, name: str, scope: Scope) -> list[Evidence]:
        """Sentences that hold this name word for word, whatever its case and marks, in the order of the articles."""
        hits = self._store.lexical("sentence", [word for word in name.split() if word], scope, _DEPTH)
        stored = sorted(self._store.passages_by_key([hit.key for hit in hits]), key=lambda one: one.key)
        found = [self._plain_passage(one) for one in stored]
        sought = without_marks(name.casefold())
        return [evidence for evidence in found if sought in without_marks(evidence.text.casefold())]

    def by_id(self, article_id: str, scope: Scope) -> list[Article]:
        """The articles in scope with this id: at most one in each collection."""
        infos = self._store.articles(Scope(scope.collections, frozenset({article_id})))
        return [self.article(info.key) for info in infos]

    def by_sha256(self, prefix: str, scope: Scope) -> int | None:
        """The store key of the article in scope whose text has a hash that begins so; None for no or several texts."""
        found = [info for info in self._store.articles(scope) if info.sha256.startswith(prefix)]
        return found[0].key if len({info.sha256 for info in found}) == 1 else None

    def sentence_of(self, evidence: Evidence) -> tuple[str, str | None]:
        """The sentences that hold a statement and its cue, as one text; and the sentence before, if there is one."""
        key = _key(evidence)
        if key not in self._around:
            self._around[key] = _sentences_of(evidence.article, evidence.said)
        return self._around[key]

    # ── evidence ──────────────────────────────────────────────────────────

    def _plain(self, stored: StoredStatement) -> Evidence:
        known = self._statements.get(stored.key)
        if known is None:
            article = self.article(stored.article)
            text, said = content_of(article, stored), stored.statement
            context = _paragraph(article, said.span)
            parts = (said.cue, said.addressee, said.occasion, said.mention, said.speaker, said.role)
            held = self._expanded(article, stems_of(text) | stems_of(" ".join(part for part in parts if part)))
            known = Evidence(article, text, context, held=held, nearby=held | stems_of(context), statement=stored)
            self._statements[stored.key] = known
        return known

    def _plain_passage(self, stored: StoredPassage) -> Evidence:
        known = self._passages.get(stored.key)
        if known is None:
            article = self.article(stored.article)
            text = article.text[slice(*stored.passage.span)]
            context = _paragraph(article, stored.passage.span)
            held = self._expanded(article, stems_of(text))
            known = Evidence(article, text, context, held=held, nearby=held | stems_of(context), passage=stored)
            self._passages[stored.key] = known
        return known

    def _expanded(self, article: Article, held: frozenset[str]) -> frozenset[str]:
        """The stems with those of the long forms of abbreviations among them, and the other way round."""
        key = (article.collection, article.id)
        if key not in self._short_forms:
            self._short_forms[key] = short_forms(article.text)
        for short, long in self._short_forms[key]:
            if short in held:
                held |= long
            elif long <= held:
                held |= {short}
        return held

    @staticmethod
    def _scored(plain: Evidence, words: list[Weighed], dense: float, attributed: float, fused: float) -> Evidence:
        share, matched = coverage(words, plain.held)
        near, _ = coverage(words, plain.nearby)
        return replace(
            plain, dense=dense, attributed=attributed, coverage=share, matched=matched, near=near, fused=fused
        )

    # ── words ─────────────────────────────────────────────────────────────

    def weigh(self, words: Sequence[str], scope: Scope) -> list[Weighed]:
        """The words with their rarity, stems and the stems of their kin."""
        parts = [part for word in words for part in words_of(word)]  # "medium-sized" is two words to the index
        return [(self.idf(part, scope), root, kin(root)) for part in parts for root in (stem(part),)]

    def idf(self, word: str, scope: Scope) -> float:
        """Rarity of a word in scope, 0.1 to about 1 whatever the number of sentences: 1 for a word in one of them."""
        known = self._idf.get((scope.collections, word))
        if known is None:
            place = Scope(scope.collections)  # rarity does not depend on the article or speaker asked about
            count = self._store.document_frequency([word], place).get(word, 0)
            known = max(0.1, self._rarity(count, place))
            if len(self._idf) >= _KEPT_WORDS:
                self._idf.clear()
            self._idf[scope.collections, word] = known
        return known

    def unknown(self, words: Iterable[str], scope: Scope) -> list[str]:
        """Those of the words that no sentence of the collections in scope holds."""
        rarest = self._rarity(0, Scope(scope.collections))
        return [word for word in words if self.idf(word, scope) >= rarest]

    def _rarity(self, count: int, scope: Scope) -> float:
        size = self._size(scope) + 1
        return math.log(size / (count + 0.5)) / math.log(size)

    def _size(self, scope: Scope) -> int:
        size = self._sizes.get(scope)
        if size is None:
            if len(self._sizes) >= _SCOPES:
                self._sizes.clear()
            size = self._sizes[scope] = max(10, self._store.count_passages(scope))
        return size


def coverage(words: Sequence[Weighed], held: frozenset[str]) -> tuple[float, float]:
    """Of the words' summed rarity, the share that is held (0 for no words), and that part itself.

    Held is a word whose stem is there; where only kin of it are, most of it.
    """
    total = matched = 0.0
    for weight, root, others in words:
        total += weight
        if root in held:
            matched += weight
        elif not others.isdisjoint(held):
            matched += _KIN * weight
    return (matched / total, matched) if total else (0.0, 0.0)


def content_of(article: Article, stored: StoredStatement) -> str:
    """A statement's content, its fragments joined by " … "."""
    return " … ".join(article.text[start:end] for start, end in stored.statement.fragments)


def _key(evidence: Evidence) -> int:
    stored = evidence.statement or evidence.passage
    assert stored is not None  # noqa: S101 - one of the two is always there
    return stored.key


def _sentences_of(article: Article, said: Statement) -> tuple[str, str | None]:
    number = article.paragraph_of(said.span[0])
    paragraph = article.paragraphs[number - 1]
    start, end = said.span
    if said.cue_span is not None:
        start, end = min(start, said.cue_span[0]), max(end, said.cue_span[1])
    low, high = _stretch(paragraph, said.span)
    low, high = max(paragraph[0], min(low, start)), min(paragraph[1], max(high, end))
    cut = sentences(article.text, (low, high))
    holding = [i for i, (a, b) in enumerate(cut) if a < end and start < b]
    if not holding:
        return article.text[slice(*said.span)], None
    first, last = holding[0], holding[-1]
    text = article.text[cut[first][0] : cut[last][1]]
    if first:
        return text, article.text[slice(*cut[first - 1])]
    before = low == paragraph[0] and number > 2  # the first paragraph is the title
    return text, _last_sentence(article, number - 1) if before else None


def _last_sentence(article: Article, number: int) -> str | None:
    """The last sentence of a paragraph by its number; of a very long one, of its end."""
    start, end = article.paragraphs[number - 1]
    cut = sentences(article.text, (max(start, end - _LONG_PARAGRAPH), end))
    return article.text[slice(*cut[-1])] if cut else None


def _paragraph(article: Article, span: Span) -> str:
    """The paragraph in which a span starts; of a very long one, the stretch that holds it."""
    return article.text[slice(*_stretch(article.paragraphs[article.paragraph_of(span[0]) - 1], span))]


def _stretch(paragraph: Span, span: Span) -> Span:
    """What is near a span: its paragraph, or of a very long one at most three steps round where the span starts.

    Steps are counted from the paragraph's start, so that spans near each other have the same stretch.
    """
    start, end = paragraph
    if end - start <= _LONG_PARAGRAPH:
        return paragraph
    step = (span[0] - start) // _STEP
    return max(start, start + (step - 1) * _STEP), min(end, start + (step + 2) * _STEP)


def _union(*legs: Collection[Hit]) -> list[int]:
    return sorted({hit.key for leg in legs for hit in leg})


def _leg(hits: Sequence[Hit], keys: Sequence[int], floor: float | None = None) -> list[float]:
    """A leg's scores in the order of `keys`; what it did not bring gets its lowest score (or `floor`)."""
    scores = {hit.key: hit.score for hit in hits}
    lowest = floor if floor is not None else min(scores.values(), default=0.0)
    return [scores.get(key, lowest) for key in keys]


def _fuse(legs: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    """Weighted sum of the legs, each brought to 0..1 by this query's own minimum and maximum."""
    if not legs[0]:
        return []
    total = np.zeros(len(legs[0]))
    for leg, weight in zip(legs, weights, strict=True):
        scores = np.asarray(leg, dtype=np.float64)
        low, high = scores.min(), scores.max()
        total += weight * ((scores - low) / (high - low) if high > low else np.full(len(scores), float(high > 0)))
    return [float(score) for score in total.round(6)]


def _numbered(
    keys: Sequence[int],
    known: Mapping[int, Evidence],
    read: Callable[[Sequence[int]], Iterable[_Stored]],
    keep: Callable[[_Stored], Evidence],
) -> list[tuple[int, Evidence]]:
    """The evidence of each key with its place in `keys`; what another process just removed is missing.

    Only what is not known yet is read, and kept among the known.
    """
    new = [key for key in keys if key not in known]
    for stored in read(new) if new else ():
        keep(stored)
    return [(i, known[key]) for i, key in enumerate(keys) if key in known]
