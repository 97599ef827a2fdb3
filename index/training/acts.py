"""Fitting the dialogue acts: hand-written utterances and their vectors in, the weights that ship out."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from index.acts.classify import ACTS, Act, Acts, Encode
from index.acts.features import BUCKETS, columns

# what people say to other bots, by the intent that its own data gives it; intents that are not here are left out
_CHAT: dict[str, Act] = {
    "greeting": "greeting",
    "thank_you": "thanks",
    "general_praise": "thanks",
    "what_can_i_ask_you": "help",
    **dict.fromkeys(("tell_joke", "fun_fact", "meaning_of_life", "do_you_have_pets", "general_joke"), "not_for_bot"),
    **dict.fromkeys(("how_old_are_you", "what_are_your_hobbies", "where_are_you_from"), "not_for_bot"),
}
# question files: the act of each of their kinds
_KINDS: dict[str, Act] = {
    "who_said": "who_said",
    "what_said": "what_said",
    "verify": "verify",
    "profile": "profile",
    "topic": "speakers",
    "fact": "fact",
}
_UNCLEAR = frozenset({"oos", "carry_on", "change_language", "reset_settings", "definition", "qa_definition"})
# acts that need a turn before; of the others, many are asked first and many after something else
_GOING_ON = frozenset({"followup", "about_answer", "correction"})
_PLAIN = 0.4  # what a copy in small letters and without marks at its end counts
_STRENGTH = 30.0  # the inverse of the penalty on weights
_DENSE = 0.5  # what the encoder's vector is multiplied by, so that its weights cost more than those of words
_OTHERS = 0.2  # what all rows of other collections count together, beside those by hand of the same act


@dataclass(frozen=True, slots=True)
class Utterance:
    """A row to learn from, or to measure on.

    Attributes:
        goes_on: whether the bot had answered something before.
        writer: who wrote it; "" for rows of other collections.
        weight: what it counts.
    """

    text: str
    act: Act
    goes_on: bool
    writer: str = ""
    weight: float = 1.0


def rows_of(paths: Iterable[Path]) -> list[Any]:
    """The rows of JSON lines, gzipped or not."""
    return [json.loads(line) for path in paths for line in _opened(path) if line.strip()]


def _opened(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from file


def by_hand(rows: Iterable[Any]) -> list[Utterance]:
    """Utterances written for this: each object has act, text, after (or null) and writer."""
    return [Utterance(row["text"], row["act"], row["after"] is not None, row["writer"]) for row in rows]


def from_other_bots(rows: Iterable[Any], every: int = 5) -> Iterator[Utterance]:
    """Small talk and requests for other bots; one in `every` of the requests."""
    for at, row in enumerate(rows):
        intent = row.get("intent")
        if intent in _CHAT:
            yield Utterance(row["text"], _CHAT[intent], at % 2 == 0)
        elif row.get("label") == "other" and intent not in _UNCLEAR and at % every == 0:
            yield Utterance(row["text"], "not_for_bot", at % 2 == 0)


def from_dialogues(rows: Iterable[Any], every: int = 4) -> Iterator[Utterance]:
    """Questions that need the turn before, and the same ones written out: those ask for a fact."""
    for row in (row for at, row in enumerate(rows) if at % every == 0 and not row["same"] and row["history"]):
        yield Utterance(row["question"], "followup", True)
        yield Utterance(row["rewrite"], "fact", False)


def from_reports(rows: Iterable[Any], every: int = 4) -> Iterator[Utterance]:
    """Questions about reports, in the order that their writers were asked for: who said it, what did X say."""
    for report in rows:
        for at, statement in enumerate(report["statements"]):
            who, what = statement["asked"][:2]
            name = statement["speaker"].split()[-1]
            if at % every == 0 and who.lower().startswith("who") and name not in who:
                yield Utterance(who, "who_said", False)
            if at % every == 1 and what.lower().startswith(("what", "how")) and name in what:
                yield Utterance(what, "what_said", False)
        for row in report.get("compare", ()):
            yield Utterance(row["question"], "compare", False)


def from_questions(rows: Iterable[Any]) -> Iterator[Utterance]:
    """Questions about articles, of the kinds that the articles answer."""
    for row in rows:
        if row["kind"] in _KINDS and row["conversation"] is None:
            yield Utterance(row["question"], _KINDS[row["kind"]], goes_on=False)


def balanced(by_hand: Iterable[Utterance], others: Iterable[Utterance]) -> list[Utterance]:
    """The rows of other collections with weights by which they do not outweigh those by hand."""
    counts = Counter(row.act for row in by_hand)
    rows = list(others)
    many = Counter(row.act for row in rows)
    return [replace(row, weight=min(0.5, _OTHERS * counts[row.act] / many[row.act])) for row in rows]


def in_other_guises(rows: Iterable[Utterance]) -> Iterator[Utterance]:
    """The rows, and copies: asked first as well as after something, and typed carelessly."""
    for row in rows:
        yield row
        if row.act not in _GOING_ON:
            yield replace(row, goes_on=not row.goes_on)
        careless = row.text.lower().rstrip(" ?!.")
        if careless != row.text:
            yield replace(row, text=careless, weight=_PLAIN * row.weight)


def fit(rows: Sequence[Utterance], encode: Encode) -> Acts:
    """The head that tells the rows' acts."""
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 - for training only
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - likewise

    found = [columns(row.text, goes_on=row.goes_on) for row in rows]
    at = np.repeat(np.arange(len(rows)), [len(one) for one in found])
    values = np.concatenate([np.full(len(one), 1 / np.sqrt(max(1, len(one)))) for one in found])
    lexical = csr_matrix((values, (at, np.concatenate(found))), (len(rows), BUCKETS))
    dense = csr_matrix(_DENSE * encode([row.text for row in rows]).astype(np.float64))
    model = LogisticRegression(C=_STRENGTH, max_iter=400)
    labels = [ACTS.index(row.act) for row in rows]
    model.fit(hstack([dense, lexical]).tocsr(), labels, sample_weight=[row.weight for row in rows])
    if list(model.classes_) != list(range(len(ACTS))):
        raise ValueError("there are acts without any row")
    weights, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    return Acts(_DENSE * weights[: dense.shape[1]], weights[dense.shape[1] :], bias)


def write(acts: Acts, path: Path) -> None:
    """The weights as they ship, in half precision."""
    parts = {"dense": acts.dense, "hashed": acts.hashed, "bias": acts.bias}
    halves: dict[str, NDArray[Any]] = {name: part.astype(np.float16) for name, part in parts.items()}
    np.savez_compressed(path, acts=np.array(ACTS), **cast("dict[str, Any]", halves))


def measured(acts: Acts, rows: Sequence[Utterance], encode: Encode) -> dict[str, tuple[int, int]]:
    """How many rows are read right, of how many: for each act, and for "all"."""
    vectors = encode([row.text for row in rows])
    told = [acts.read(r.text, v, goes_on=r.goes_on).act for r, v in zip(rows, vectors, strict=True)]
    right = Counter(row.act for one, row in zip(told, rows, strict=True) if one == row.act)
    every = Counter(row.act for row in rows)
    return {act: (right[act], of) for act, of in every.items()} | {"all": (right.total(), every.total())}
