"""Regular expressions on trial: each of the project's, on texts made to keep it busy, must take time like their length.

    python -m tests.tools.pattern_growth        # prints every expression with the time its worst text takes

A pattern's texts are built from itself: what it repeats, what leads up to a repetition, and what nearly fits.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import pkgutil
import re
import signal
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from math import inf
from re import _constants as codes  # type: ignore[attr-defined] # the parser of `re` has no public name any more
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType, ModuleType
from typing import Any

from index.question import patterns
from index.question.tokens import LONGEST

USES = frozenset({"match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split"})
_CALLS = USES | {"compile"}
SHORT, LONG = 4_000, 100_000  # characters
_QUICK = 0.002  # CPU seconds: whatever is quadratic takes longer for a SHORT text
_FASTER_THAN_LINEAR = 9.0  # how much longer four times the text takes: 4 times if linear, 16 times if quadratic
_SLACK = 4.0  # the same for a LONG text: so much longer than its length tells
_PATIENCE = 1.0  # CPU seconds
_MOST_SHAPES = 120  # of a pattern
# patterns with several gaps, which only ever see so many characters and words of a question
BOUNDED = {"index.question.patterns._wordings": (LONGEST, patterns._LONGEST)}
_WITHIN_BOUNDS = 0.06  # CPU seconds
_ALL_THROUGH = frozenset({"finditer", "findall", "sub", "subn", "split"})
_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}
_MANY = 50  # what is repeated less often is no danger
_PLAIN = "aA1 .\"',-_(:“\n\té漢"
_CATEGORIES = {
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """A pattern, where it is made, and how it is used."""

    place: str
    pattern: re.Pattern[str]
    uses: frozenset[str]

    @property
    def bound(self) -> tuple[int, int] | None:
        """How many characters and words it sees at most, where that is few."""
        return next((bound for place, bound in BOUNDED.items() if self.place.startswith(place)), None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A pattern's worst text as `texts` gives it, CPU seconds for a SHORT one, and whether they grow too fast."""

    trial: Trial
    use: str
    shape: tuple[str, str, str]
    seconds: float
    grows: bool

    def __str__(self) -> str:
        head, piece, tail = self.shape
        told = f"{'GROWS ' if self.grows else ''}{1000 * self.seconds:.2f} ms"
        return f"{told}  {self.trial.place}  {self.use}  {head!r} + {piece!r} * n + {tail!r}"


# ── finding the patterns ──────────────────────────────────────────────────


def modules(packages: Iterable[str] = ("bot", "index")) -> Iterator[ModuleType]:
    """All modules of the packages, imported."""
    for package in packages:
        found = importlib.import_module(package)
        yield found
        for info in pkgutil.walk_packages(found.__path__, f"{package}."):
            if not info.name.endswith("__main__"):
                yield importlib.import_module(info.name)


def trials(found: Iterable[ModuleType]) -> list[Trial]:
    """Every pattern of the modules: those they keep, in tables or as they are, and those they make in passing."""
    known: dict[tuple[str, int], tuple[str, set[str]]] = {}
    for module in found:
        uses = _uses(module)
        for name, one in _kept(module):
            _, so_far = known.setdefault((one.pattern, one.flags), (f"{module.__name__}.{name}", set()))
            so_far |= uses.get(name.split(".")[0]) or uses[""]
        for line, use, one in _inline(module):
            if use != "compile" or (one.pattern, one.flags) not in known:
                _, so_far = known.setdefault((one.pattern, one.flags), (f"{module.__name__}:{line}", set()))
                so_far |= uses[""] if use == "compile" else {use}
    unknown = frozenset({"search", "fullmatch"})
    return [Trial(place, re.compile(*key), frozenset(used) or unknown) for key, (place, used) in known.items()]


def _kept(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns in a module's own variables, and in what its functions without arguments keep once made."""
    seen: set[int] = set()
    for name, value in vars(module).items():
        if hasattr(value, "cache_info") and not inspect.signature(value).parameters and _is_of(value, module):
            yield from _inside(name, value(), module, seen)
        elif not isinstance(value, ModuleType):
            yield from _inside(name, value, module, seen)


def _inside(name: str, value: object, module: ModuleType, seen: set[int]) -> Iterator[tuple[str, re.Pattern[str]]]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield name, value
        return
    parts: Iterable[tuple[object, object]] = ()
    if isinstance(value, Mapping):
        parts = [*value.items(), *((key, key) for key in value)]
    elif isinstance(value, (list, tuple, set, frozenset)):
        parts = enumerate(value)
    elif isinstance(value, type) and _is_of(value, module):
        parts = list(vars(value).items())
    elif is_dataclass(value) and not isinstance(value, type):
        with suppress(Exception):  # a table's entry that compiles itself when it is first used
            value.match("")  # type: ignore[attr-defined]
        parts = [(field.name, getattr(value, field.name)) for field in fields(value)]
    for part, inner in parts:
        yield from _inside(f"{name}.{part}", inner, module, seen)


def _is_of(value: Any, module: ModuleType) -> bool:
    return getattr(value, "__module__", None) == module.__name__


def _uses(module: ModuleType) -> defaultdict[str, set[str]]:
    """By variable, what is done with the pattern in it; by "", what is done with any that a table may hold."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Attribute) and node.attr in USES and isinstance(node.value, (ast.Name, ast.Attribute)):
            name = node.value.id if isinstance(node.value, ast.Name) else ""
            if name != "re":
                found[name if isinstance(vars(module).get(name), re.Pattern) else ""].add(node.attr)
    found[""].discard("split")  # that of a text, nearly always
    return found


class _Sample(dict[str, Any]):
    """The variables of a call: for each that its module has not, a plain word stands."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __missing__(self, name: str) -> Any:
        if hasattr(self._module, name) or hasattr(builtins, name):
            raise KeyError(name)  # looked up where it is
        return _Word("Park")


class _Word(str):
    """A word of which each attribute and entry is a word too."""

    __slots__ = ()

    def __getattr__(self, name: str) -> _Word:
        return self

    def __getitem__(self, key: object) -> _Word:
        return self


def _inline(module: ModuleType) -> Iterator[tuple[int, str, re.Pattern[str]]]:
    """The patterns that calls as `re.sub(rf"…{name}…")` make, with a plain word for what only the call knows."""
    for node in ast.walk(_tree(module)):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.func, ast.Attribute):
            continue
        use = node.func.attr
        if use in _CALLS and isinstance(node.func.value, ast.Name) and node.func.value.id == "re":
            at = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(use, 2)
            named = [keyword.value for keyword in node.keywords if keyword.arg == "flags"]
            flags = [*named, *node.args[at : at + 1], ast.Constant(0)][0]
            yield node.lineno, use, re.compile(str(_value(node.args[0], module)), _value(flags, module))


def _value(node: ast.expr, module: ModuleType) -> Any:
    expression = ast.fix_missing_locations(ast.Expression(node))
    return eval(compile(expression, module.__name__, "eval"), vars(module), _Sample(module))  # noqa: S307 - our own code


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


# ── texts for a pattern ───────────────────────────────────────────────────


def texts(pattern: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """Head, piece and tail of texts that may keep a pattern busy: the piece is to be repeated between the others."""
    tree = list(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))
    whole = "".join(map(_sample, tree))
    less = [whole[:at] + whole[at + 1 :] for at in range(min(len(whole), 12))]
    pieces = [*_shapes(tree, ""), *(("", piece) for piece in (whole, whole + " ", *less, whole[:-1] + " "))]
    alphabet = dict.fromkeys(character for _, piece in pieces for character in piece)
    pieces += [("", character) for character in alphabet]
    pieces += [("", character + blank) for character in alphabet for blank in (" ", "a")]
    tails = dict.fromkeys(["\0", " ", "a", whole[-1:], ""])
    found = [(head, piece, tail) for head, piece in dict.fromkeys(pieces) if piece for tail in tails]
    step = 1 + len(found) // _MOST_SHAPES
    yield from found[::step]


def _shapes(nodes: list[Any], head: str) -> Iterator[tuple[str, str]]:
    """For each repetition what stands before it, and what it repeats: alone, with that, and with what follows."""
    before = head
    for at, (kind, value) in enumerate(nodes):
        if kind in _REPEATS:
            least, most, body = value
            inner, after = list(body), "".join(map(_sample, nodes[at + 1 :]))
            if most - least > _MANY:
                for piece in _variants(inner):
                    yield "", piece
                    yield before, piece
                    yield "", before + piece
                    yield "", piece + after
                    yield before, piece + after[:-1]
                yield "", before
            yield from _shapes(inner, before)
        else:
            for inner in _parts(kind, value):
                yield from _shapes(inner, before)
        before += _sample((kind, value))


def _variants(nodes: list[Any]) -> Iterator[str]:
    """What a sequence may look like: with each kind of character of a class, each branch, all branches in a row."""
    choices = [list(dict.fromkeys(_choices(node))) for node in nodes]
    usual = [choice[0] for choice in choices]
    yield "".join(usual)
    for at, choice in enumerate(choices):
        for other in choice[1:]:
            yield "".join([*usual[:at], other, *usual[at + 1 :]])
    yield "".join(choice[-1] for choice in choices)


def _choices(node: Any) -> list[str]:
    """Texts for one node, the usual one first."""
    kind, value = node
    if kind is codes.IN:
        return list(_members(value)) or [""]
    if kind is codes.SUBPATTERN:
        return list(_variants(list(value[3])))
    if kind is codes.BRANCH:
        each = ["".join(map(_sample, branch)) for branch in value[1]]
        return [*each[:8], "".join(each[:8])]
    return [_sample(node), *([""] if kind in _REPEATS and value[0] == 0 else [])]


def _parts(kind: Any, value: Any) -> list[list[Any]]:
    """The sequences inside a node."""
    if kind is codes.SUBPATTERN:
        return [list(value[3])]
    if kind is codes.BRANCH:
        return [list(branch) for branch in value[1]]
    if kind in {codes.ASSERT, codes.ASSERT_NOT}:
        return [list(value[1])]
    return [list(value)] if kind is codes.ATOMIC_GROUP else []


def _sample(node: Any) -> str:  # noqa: PLR0911 - one for each kind of node
    """A short text that the node matches."""
    kind, value = node
    if kind is codes.LITERAL:
        return chr(value)
    if kind is codes.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is codes.ANY:
        return "a"
    if kind is codes.IN:
        return next(_members(value), "")
    if kind in _REPEATS:
        return "".join(map(_sample, value[2])) * max(1, int(value[0]))
    if kind is codes.ASSERT_NOT:
        return ""
    return "".join(map(_sample, next(iter(_parts(kind, value)), [])))


def _members(items: list[Any]) -> Iterator[str]:
    """A character of each kind in a class; of what a class excludes, a few others."""
    if items[0][0] is codes.NEGATE:
        yield from [character for character in _PLAIN if not any(_is_in(character, item) for item in items[1:])][:4]
        return
    for kind, value in items:
        if kind is codes.LITERAL:
            yield chr(value)
        elif kind is codes.RANGE:
            yield chr(value[0])
        else:
            yield from [character for character in _PLAIN if _is_in(character, (kind, value))][:2]


def _is_in(character: str, item: Any) -> bool:
    kind, value = item
    if kind is codes.LITERAL:
        return bool(ord(character) == value)
    if kind is codes.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return re.match(_CATEGORIES[value], character) is not None


# ── the trial ─────────────────────────────────────────────────────────────


def judged(trial: Trial) -> Verdict:
    """What becomes of a pattern on the texts made for it: the first on which it grows too fast, else its slowest."""
    worst = Verdict(trial, "", ("", "", ""), 0.0, grows=False)
    for use in sorted({"finditer" if use in _ALL_THROUGH else use for use in trial.uses}):
        for shape in texts(trial.pattern):
            seconds = _seconds(trial.pattern, use, shape, _size(trial, shape))
            if seconds > worst.seconds:
                worst = Verdict(trial, use, shape, seconds, grows=False)
            if _grows(trial, use, shape, seconds):
                return replace(worst, use=use, shape=shape, seconds=seconds, grows=True)
    if trial.bound is None and worst.seconds:
        long = _seconds(trial.pattern, worst.use, worst.shape, LONG)
        return replace(worst, grows=long > _SLACK * LONG / SHORT * max(worst.seconds, _QUICK / 4))
    return worst


def _size(trial: Trial, shape: tuple[str, str, str]) -> int:
    if trial.bound is None:
        return SHORT
    characters, words = trial.bound
    return min(characters, len(shape[1]) * words // (shape[1].count(" ") or 1))


def _grows(trial: Trial, use: str, shape: tuple[str, str, str], seconds: float) -> bool:
    """Whether a text takes much more than four times as long as a quarter of it, each at its best of three."""
    if seconds == inf:
        return True
    if trial.bound is not None:
        return seconds > _WITHIN_BOUNDS and _seconds(trial.pattern, use, shape, _size(trial, shape)) > _WITHIN_BOUNDS
    if seconds < max(_QUICK, _FASTER_THAN_LINEAR * _seconds(trial.pattern, use, shape, SHORT // 4)):
        return False
    quarter, whole = (min(_seconds(trial.pattern, use, shape, n) for _ in range(3)) for n in (SHORT // 4, SHORT))
    return whole > max(_QUICK, _FASTER_THAN_LINEAR * quarter)


def _seconds(pattern: re.Pattern[str], use: str, shape: tuple[str, str, str], size: int) -> float:
    """The CPU time that a text of about this size takes; infinite where it takes too long."""
    head, piece, tail = shape
    text = head + piece * (size // len(piece)) + tail
    run: Callable[[], object] = partial(getattr(pattern, use), text)
    began = time.thread_time()
    try:
        with _limited():
            found = run()
            if use == "finditer":
                deque(found, maxlen=0)  # type: ignore[call-overload] # the matches
    except TimeoutError:
        return inf
    return time.thread_time() - began


@contextmanager
def _limited() -> Iterator[None]:
    """Raises TimeoutError inside a matching that takes too long: the engine looks for signals now and then."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, _PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def main() -> int:
    """Try every pattern of the project; how many grow too fast."""
    verdicts = [judged(trial) for trial in trials(modules())]
    for verdict in sorted(verdicts, key=lambda one: (one.grows, one.seconds)):
        print(verdict)  # noqa: T201 - what it is for
    return sum(verdict.grows for verdict in verdicts)


if __name__ == "__main__":
    sys.exit(main())
