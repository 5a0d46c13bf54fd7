"""What tables a database has, in words that can be compared: columns, keys, checks and indexes, whatever their order."""

from __future__ import annotations

import re
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRESQL = (
    """SELECT 'column', table_name, column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default, is_identity, generation_expression)
       FROM information_schema.columns WHERE table_schema = current_schema()""",
    """SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = current_schema()::regnamespace""",
    """SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()""",
)  # fmt: skip


def tables_of(connection: BaseDatabaseWrapper) -> set[tuple[str, ...]]:
    """Every column, constraint and index of the connection's (current) schema."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT type, tbl_name, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%%'")
            return {(*row[:3], *_parts(row[3])) for row in cursor.fetchall()}
        found: list[Any] = []
        for query in POSTGRESQL:
            cursor.execute(query)
            found += cursor.fetchall()
        cursor.execute("SELECT current_schema()")
        schema = cursor.fetchone()[0]
    plain = (tuple(re.sub(rf'"?\b{schema}\b"?\.', "", str(value)) for value in row) for row in found)
    return {(kind, table, _name(name), says.replace(name, _name(name))) for kind, table, name, says in plain}


def _name(name: str) -> str:
    """A name that PostgreSQL or Django made up is left out: a table that was renamed keeps those of its old name."""
    return "(made up)" if re.search(r"(_pkey\d?|_check|_[0-9a-f]{8}(_(fk|like|uniq)\w*)?)$", name) else name


def _parts(sql: str) -> list[str]:
    """The parts of a CREATE statement between its outer brackets, in alphabetical order: tables that were altered have theirs in another."""
    body, depth, parts, part = " ".join(sql.split()), 0, [], ""
    for letter in body[body.index("(") + 1 : body.rindex(")")]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    return sorted([*parts, part.strip(), body[body.rindex(")") + 1 :].strip()])
