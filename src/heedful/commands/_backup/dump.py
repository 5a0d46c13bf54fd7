"""The database as rows in files, and back: the same for SQLite and PostgreSQL, and for either into the other.

A copy of SQLite's file or pg_dump's output would tie a backup to one engine, its version and its tools. Rows, in the state
of migrations that they were written in, need nothing but Heedful, which then takes them forward.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import AutoField, Field, Model

from heedful.commands._tables import create_all
from heedful.vault.archive import ArchiveRefused, Entry

PART_BYTES = 4 << 20
BATCH_ROWS = 500
SNAPSHOT = "snapshot"
# Sessions end with a restore; the other two hold nothing of ours, and `migrate` makes them anew.
LEFT_OUT = frozenset({"sessions", "contenttypes", "auth"})


@contextmanager
def snapshot() -> Iterator[str]:
    """A connection of its own on which the database stands still, while others go on writing. Yields its alias."""
    options = dict(connections["default"].settings_dict)
    options["OPTIONS"] = dict(options.get("OPTIONS") or {})
    if connections["default"].vendor == "sqlite":
        options["OPTIONS"].pop("transaction_mode", None)  # a deferred transaction reads without holding writers up (WAL)
    else:
        import psycopg

        options["OPTIONS"]["isolation_level"] = psycopg.IsolationLevel.REPEATABLE_READ
    connections.settings[SNAPSHOT] = options
    try:
        with transaction.atomic(using=SNAPSHOT):
            applied_leaves(SNAPSHOT)  # the first read is what makes the database stand still
            yield SNAPSHOT
    finally:
        connections[SNAPSHOT].close()
        del connections[SNAPSHOT]
        del connections.settings[SNAPSHOT]


def applied_leaves(alias: str) -> dict[str, list[str]]:
    """The newest applied migration of each app: the state in which the rows are."""
    loader = MigrationExecutor(connections[alias]).loader
    applied = set(loader.applied_migrations or ())
    leaves: dict[str, list[str]] = {}
    for node in sorted(applied):
        if node in loader.graph.nodes and not any(child in applied and child[0] == node[0] for child in loader.graph.node_map[node].children):
            leaves.setdefault(node[0], []).append(node[1])
    return leaves


def unapplied(alias: str) -> bool:
    """Whether the code knows migrations that this database has not had."""
    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def dumped_models(registry: Any = apps) -> list[type[Model]]:
    """Every table that a backup holds, in one order. `registry` may be that of a state of migrations."""
    models = [model for model in registry.get_models(include_auto_created=True) if model._meta.app_label not in LEFT_OUT]
    return sorted((m for m in models if m._meta.managed and not m._meta.proxy), key=lambda model: model._meta.label_lower)


def dump_rows(alias: str, counts: dict[str, int]) -> Iterator[Entry]:
    """All rows, in parts of some megabytes. `counts` is filled with the number of rows of each table."""
    for model in dumped_models():
        label, columns = model._meta.label_lower, _columns(model)
        lines, size, part = _opening(label, columns), 0, 0
        counts[label] = 0
        rows = model._base_manager.using(alias).order_by("pk").values_list(*(column.attname for column in columns))
        for row in rows.iterator(chunk_size=BATCH_ROWS):
            line = json.dumps([_plain(value) for value in row]).encode()
            lines.append(line)
            counts[label] += 1
            size += len(line)
            if size >= PART_BYTES:
                yield Entry(f"rows/{label}-{part:06}.jsonl", b"\n".join(lines))
                lines, size, part = _opening(label, columns), 0, part + 1
        yield Entry(f"rows/{label}-{part:06}.jsonl", b"\n".join(lines))


def _opening(label: str, columns: list[Field[Any, Any]]) -> list[bytes]:
    return [json.dumps({"model": label, "columns": [column.attname for column in columns]}).encode()]


def last_numbers(alias: str) -> dict[str, int]:
    """The last number that each table gave out: a number that was deleted must not come again, the audit chain names it."""
    found: dict[str, int] = {}
    for model in dumped_models():
        if isinstance(model._meta.pk, AutoField) and model._meta.pk.column:
            last = _last_number(alias, model._meta.db_table, model._meta.pk.column)
            if last:
                found[model._meta.label_lower] = last
    return found


def _last_number(alias: str, table: str, column: str) -> int:
    with connections[alias].cursor() as cursor:
        if connections[alias].vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(quote_ident(%s), %s)::regclass)", [table, column])
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] else 0


def state_models(leaves: dict[str, list[str]], alias: str = "default") -> Any:
    """Make the tables of that state and return its models. Raises ArchiveRefused for one from the future."""
    executor = MigrationExecutor(connections[alias])
    nodes = [(app, name) for app, names in sorted(leaves.items()) for name in names]
    unknown = [f"{app} {name}" for app, name in nodes if (app, name) not in executor.loader.graph.nodes]
    if unknown:
        raise ArchiveRefused(f"the backup was made by a newer Heedful (it knows {', '.join(unknown[:3])}); install that one, then restore")
    if set(nodes) == set(executor.loader.graph.leaf_nodes()):
        create_all(executor)  # a backup of today's Heedful: no history to walk through
    else:
        executor.migrate(nodes)
    return executor.loader.project_state(nodes).apps


def load_rows(parts: Iterator[bytes], registry: Any, alias: str = "default") -> dict[str, int]:
    """Put rows back, a part at a time, in the transaction of the caller; returns how many of each table. Raises ArchiveRefused."""
    by_label = {model._meta.label_lower: model for model in dumped_models(registry)}
    counts = dict.fromkeys(by_label, 0)
    for part in parts:
        opening, *lines = part.split(b"\n")
        head = json.loads(opening)
        model = by_label.get(head["model"])
        if model is None:
            raise ArchiveRefused(f"the backup holds a table that its state does not have: {head['model']}")
        fields = {field.attname: field for field in _columns(model)}
        for field in fields.values():
            field.auto_now = field.auto_now_add = False  # type: ignore[attr-defined]  # a restored time is the old one
        if set(head["columns"]) != set(fields):
            raise ArchiveRefused(f"the backup's table {head['model']} has other columns than its state")
        rows = (model(**dict(zip(head["columns"], map(_value, json.loads(line)), strict=True))) for line in lines)
        counts[head["model"]] += len(model._base_manager.using(alias).bulk_create(list(rows), batch_size=BATCH_ROWS))
    return counts


def set_last_numbers(numbers: dict[str, int], registry: Any, alias: str = "default") -> None:
    """Let each table go on counting where the old one stood."""
    connection = connections[alias]
    models = {model._meta.label_lower: model for model in dumped_models(registry)}
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models.values())):
            cursor.execute(statement)
        for label, last in numbers.items():
            table, column = models[label]._meta.db_table, models[label]._meta.pk.column
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
            else:
                cursor.execute("SELECT setval(pg_get_serial_sequence(quote_ident(%s), %s), %s)", [table, column, last])


def _columns(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: what JSON has no word for is a list of a letter and a text, and so is any list or dictionary."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | memoryview):
        return ["b", base64.b64encode(bytes(value)).decode()]
    if isinstance(value, list | dict):
        return ["j", value]
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, time):
        return ["h", value.isoformat()]
    if isinstance(value, UUID):
        return ["u", value.hex]
    if isinstance(value, Decimal):
        return ["n", str(value)]
    if isinstance(value, timedelta):
        return ["s", [value.days, value.seconds, value.microseconds]]
    raise TypeError(f"a backup can't hold a {type(value).__name__}")


_READ: dict[str, Any] = {
    "b": base64.b64decode, "j": lambda value: value, "t": datetime.fromisoformat, "d": date.fromisoformat, "h": time.fromisoformat,
    "u": lambda text: UUID(hex=text), "n": Decimal, "s": lambda parts: timedelta(*parts),
}  # fmt: skip


def _value(plain: Any) -> Any:
    return _READ[plain[0]](plain[1]) if isinstance(plain, list) else plain
