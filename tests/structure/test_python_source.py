"""The rules about Python hold for the whole tree, and each can fail."""

import pytest

from tests.structure import python_checks as checks
from tests.structure.tree import Check, Source, faults_of

CHECKS = [
    checks.long_functions,
    checks.managers_out_of_place,
    checks.marked_safe,
    checks.built_sql,
    checks.vague_exceptions,
    checks.skipped_tests,
]

LONG = "def f():\n" + "    a = 1\n" * 101
BAD = [
    (checks.long_functions, LONG),
    (checks.managers_out_of_place, "rows = Capture.objects.all()"),
    (checks.managers_out_of_place, "rows = Capture._default_manager.all()"),
    (checks.marked_safe, "from django.utils.safestring import mark_safe"),
    (checks.marked_safe, "text = safestring.mark_safe(text)"),
    (checks.built_sql, "cursor.execute(f'select {column} from captures')"),
    (checks.built_sql, "cursor.execute('select * from captures where id = ' + number)"),
    (checks.built_sql, "cursor.execute('select * from %s' % table)"),
    (checks.built_sql, "Capture.objects.raw('select {}'.format(column))"),
    (checks.built_sql, "RawSQL('select 1', [])"),
    (checks.vague_exceptions, "raise Exception('no')"),
    (checks.vague_exceptions, "raise BaseException"),
    (checks.vague_exceptions, "try:\n    f()\nexcept Exception:\n    pass"),
    (checks.vague_exceptions, "try:\n    f()\nexcept:\n    ...\n"),
    (checks.skipped_tests, "@pytest.mark.skip\ndef test_f(): ..."),
    (checks.skipped_tests, "pytest.importorskip('numpy')"),
]
GOOD = [
    (checks.long_functions, "def f():\n    return 1"),
    (checks.managers_out_of_place, "rows = queries.captures_of(viewer)"),
    (checks.marked_safe, "text = format_html('<b>{}</b>', name)"),
    (checks.built_sql, "cursor.execute('select 1 where id = %s', [number])"),
    (checks.built_sql, "cursor.execute('select 1 ' + 'where id = %s', [number])"),
    (checks.built_sql, "cursor.execute(f'select * from {connection.ops.quote_name(table)}')"),
    (checks.built_sql, "pool.execute(task)"),
    (checks.vague_exceptions, "try:\n    f()\nexcept FileExistsError:\n    pass"),
    (checks.vague_exceptions, "try:\n    f()\nexcept Exception:\n    log()\n    raise"),
    (checks.skipped_tests, "@pytest.mark.needs_root\ndef test_f(): ..."),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_tree_keeps_the_rule(check: Check) -> None:
    assert faults_of(check, ".py") == []


@pytest.mark.parametrize(("check", "sample"), BAD)
def test_a_bad_sample_is_found(check: Check, sample: str) -> None:
    assert list(check(Source("src/heedful/captures/views.py", sample))) != []


@pytest.mark.parametrize(("check", "sample"), GOOD)
def test_a_good_sample_passes(check: Check, sample: str) -> None:
    assert list(check(Source("src/heedful/captures/views.py", sample))) == []


def test_rows_may_be_read_in_queries() -> None:
    sample = "rows = Capture.objects.all()"
    assert list(checks.managers_out_of_place(Source("src/heedful/captures/queries.py", sample))) == []
