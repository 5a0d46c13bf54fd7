"""Rules about Python source, each a pure function from one file to its faults."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.structure.tree import Fault, Source

MOST_FUNCTION_LINES = 100
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Where rows may be read or changed: what a page shows goes through queries, what changes goes through actions.
ROW_MODULES = {"models", "actions", "queries"}
ROW_FOLDERS = {"migrations", "tests", "commands", "models", "actions", "queries"}
MARKED_SAFE = {"mark_safe", "SafeString", "SafeText"}
SQL_METHODS = {"execute", "executemany", "executescript", "raw", "extra"}


def long_functions(source: Source) -> Iterator[Fault]:
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_FUNCTION_LINES:
                yield Fault(source.path, node.lineno, f"{node.name} has {lines} lines; at most {MOST_FUNCTION_LINES}")


def managers_out_of_place(source: Source) -> Iterator[Fault]:
    """`.objects` belongs in models, actions and queries, so that access can't be forgotten."""
    folders, module = set(source.parts[:-1]), source.parts[-1].removesuffix(".py")
    if module in ROW_MODULES or folders & ROW_FOLDERS or source.parts[0] != "src":
        return
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            yield Fault(source.path, node.lineno, f".{node.attr} outside models, actions and queries")


def marked_safe(source: Source) -> Iterator[Fault]:
    for node in ast.walk(ast.parse(source.text)):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else {name}
        for used in sorted(names & MARKED_SAFE):
            yield Fault(source.path, getattr(node, "lineno", 1), f"{used}: use a template or format_html, which escape")


def built_sql(source: Source) -> Iterator[Fault]:
    """SQL is a constant with parameters, never put together from strings."""
    for node in ast.walk(ast.parse(source.text)):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if name == "RawSQL" or (name in SQL_METHODS and node.args and _is_built(node.args[0])):
            yield Fault(source.path, node.lineno, f"{name}() with SQL put together from strings; pass parameters")


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _is_built(argument: ast.expr) -> bool:
    if isinstance(argument, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) and not _is_quoted_name(part.value) for part in argument.values)
    if isinstance(argument, ast.BinOp):
        return not (_is_constant(argument.left) and _is_constant(argument.right))
    return isinstance(argument, ast.Call) and _called(argument) in {"format", "join", "replace"}


def _is_quoted_name(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Call) and _called(argument) == "quote_name"


def _is_constant(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) or (isinstance(argument, ast.BinOp) and not _is_built(argument))


def vague_exceptions(source: Source) -> Iterator[Fault]:
    """Bad input has an exception of its own name, and no exception disappears in silence."""
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Raise) and _raised(node) in {"Exception", "BaseException"}:
            yield Fault(source.path, node.lineno, "raise an exception with a name of its own")
        if isinstance(node, ast.ExceptHandler) and _is_silent(node):
            yield Fault(source.path, node.lineno, "a caught exception disappears; name it, or handle it")


def _raised(node: ast.Raise) -> str:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return raised.id if isinstance(raised, ast.Name) else ""


def _is_silent(node: ast.ExceptHandler) -> bool:
    catches_all = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
    does_nothing = all(
        isinstance(step, ast.Pass | ast.Continue) or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        for step in node.body
    )
    return catches_all and does_nothing


def skipped_tests(source: Source) -> Iterator[Fault]:
    """A test that can't run is marked `needs_root`, which counts and names it; nothing is skipped."""
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "importorskip", "xfail"}:
            owner = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
            if owner in {"pytest", "mark", "unittest"}:
                yield Fault(source.path, node.lineno, f"{owner}.{node.attr}: a test that doesn't run tests nothing")
