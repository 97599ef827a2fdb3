"""Rules for the tests themselves, and for what is written about the program."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# a mock without one of these answers to every name, also to one that the real thing does not have
SPECS = frozenset({"spec", "spec_set", "autospec", "new", "wraps"})
MOCKS = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "PropertyMock", "patch"})
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
NAMES = (ast.Name, ast.Attribute)
EXPECT = frozenset({"raises", "warns", "fail"})  # what wants something to go wrong


def specless(source: str) -> Iterator[int]:
    """The lines on which a mock is made that does not know what it stands for."""
    tree = ast.parse(source)
    if not any("mock" in name.lower() for name in _imported(tree)) and "mocker" not in source:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and MOCKS & _names(node.func):
            named = {keyword.arg for keyword in node.keywords}
            if not SPECS & named and not _positional_spec(node):
                yield node.lineno


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _names(function: ast.expr) -> set[str]:
    """The words of `mock.patch.object`."""
    if isinstance(function, ast.Attribute):
        return {function.attr, *_names(function.value)}
    return {function.id} if isinstance(function, ast.Name) else set()


def _positional_spec(call: ast.Call) -> bool:
    """Whether a spec, or what is put in place, is given by its position."""
    names = _names(call.func)
    at = 0 if "patch" not in names else 2 if "object" in names else 1
    return "dict" in names or len(call.args) > at


@pytest.mark.parametrize("file", sorted(TESTS.rglob("*.py")), ids=lambda file: str(file.relative_to(TESTS)))
def test_no_test_uses_a_mock_that_answers_to_everything(file: Path) -> None:
    assert list(specless(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "made",
    [
        "MagicMock()",
        "AsyncMock(return_value=1)",
        "mock.Mock(name='x')",
        "mock.patch('bot.client.bot.Wuzhen')",
        "patch.object(client, 'close')",
        "unittest.mock.MagicMock().close()",
    ],
)
def test_a_mock_without_a_spec_is_found(made: str) -> None:
    source = f"import unittest.mock\nfrom unittest import mock\nfrom unittest.mock import *\n\nx = {made}\n"
    assert list(specless(source)) == [5]


@pytest.mark.parametrize(
    "made",
    [
        "MagicMock(spec=Client)",
        "Mock(Client)",
        "mock.create_autospec(Client)",
        "mock.patch('bot.client.bot.Wuzhen', autospec=True)",
        "patch.object(client, 'close', spec_set=Client.close)",
        "patch.object(client, 'port', 80)",
        "patch.dict(os.environ, {'A': 'b'})",
    ],
)
def test_a_mock_that_knows_what_it_stands_for_is_fine(made: str) -> None:
    assert list(specless(f"from unittest import mock\nfrom unittest.mock import *\n\nx = {made}\n")) == []


def test_a_mock_in_a_decorator_is_found_too() -> None:
    source = "from unittest.mock import patch\n\n@patch('bot.client.bot.Wuzhen')\ndef test_it(wuzhen): ...\n"
    assert list(specless(source)) == [3]


def test_every_test_is_named_with_a_sentence() -> None:
    short: list[str] = []
    for file in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
                short += [f"{file.name}: {node.name}"] if node.name.count("_") < 3 else []
    assert short == []


# ── tests that can fail ───────────────────────────────────────────────────


def toothless(source: str) -> list[str]:
    """The tests that assert nothing and expect no error, neither themselves nor in what they call of the tests' own."""
    functions = _functions(tree := ast.parse(source))
    biting = _biting(functions) | set(_biting_imports(tree))
    while more := {name for name, node in functions.items() if name not in biting and _calls(node) & biting}:
        biting |= more
    return sorted(name for name in functions if name.startswith("test_") and name not in biting)


def _functions(tree: ast.AST) -> dict[str, ast.AST]:
    return {node.name: node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)}


def _biting(functions: dict[str, ast.AST]) -> set[str]:
    return {name for name, node in functions.items() if any(map(_bites, ast.walk(node)))}


def _biting_imports(tree: ast.AST) -> Iterator[str]:
    """The functions that a file takes from another one of the tests, and that bite there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            file = TESTS.parent / Path(*str(node.module).split(".")).with_suffix(".py")
            if file.exists():
                biting = _biting(_functions(ast.parse(file.read_text(encoding="utf-8"))))
                yield from (alias.asname or alias.name for alias in node.names if alias.name in biting)


def _bites(node: ast.AST) -> bool:
    """Whether it asserts something, or wants an error or a warning."""
    return isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and bool(EXPECT & _names(node.func)))


def _calls(function: ast.AST) -> set[str]:
    """The last words of all that a function calls, and of what it hands over to be called."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    named = [node for call in calls for node in (call.func, *call.args)]
    return {node.attr if isinstance(node, ast.Attribute) else node.id for node in named if isinstance(node, NAMES)}


@pytest.mark.parametrize("file", sorted(TESTS.rglob("test_*.py")), ids=lambda file: str(file.relative_to(TESTS)))
def test_every_test_can_fail(file: Path) -> None:
    assert toothless(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("run()", ["test_it"]),
        ("for one in run(): one.close()", ["test_it"]),
        ("assert run()", []),
        ("with pytest.raises(OSError): run()", []),
        ("helper(run)", []),
        ("within(run)", []),
        ("with pool(): pool.map(helper, run())", []),
    ],
)
def test_a_test_that_cannot_fail_is_found(body: str, found: list[str]) -> None:
    helpers = "def helper(what): assert what()\n\nasync def within(what): helper(what)\n\n"
    assert toothless(f"{helpers}def test_it():\n    {body}\n") == found


@pytest.mark.parametrize(("taken", "found"), [("check_statements", []), ("extracted", ["test_it"])])
def test_a_test_that_only_calls_what_another_file_asserts_can_fail(taken: str, found: list[str]) -> None:
    source = f"from tests.tools.fuzz.well_formed import {taken} as done\n\ndef test_it():\n    done(1)\n"
    assert toothless(source) == found
