"""Models and migrations agree, and every migration goes up and back, on whichever database the tests run."""

from __future__ import annotations

from contextlib import suppress
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from heedful.commands._tables import create_all
from tests.harness.tables import tables_of


def test_models_and_migrations_agree(db: None) -> None:
    answer = StringIO()
    with suppress(SystemExit):  # its status is 1 where something has changed
        call_command("makemigrations", check_changes=True, dry_run=True, stdout=answer)
    assert answer.getvalue().strip() == "No changes detected"


@pytest.mark.django_db(transaction=True)
def test_our_migrations_go_back_to_nothing_and_up_again_to_the_tables_that_are_made_at_once() -> None:
    ours = sorted(config.label for config in apps.get_app_configs() if config.name.startswith("heedful."))
    leaves = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] in ours]
    assert leaves
    before = _tables()
    try:
        MigrationExecutor(connection).migrate([(label, None) for label, _ in leaves])
        remaining = {model._meta.db_table for label in ours for model in apps.get_app_config(label).get_models()} & _tables()
        assert remaining == set()
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert _tables() == before
    migrated, recorded = tables_of(connection), set(MigrationRecorder(connection).applied_migrations())
    assert len(migrated) > 400
    assert made_at_once() == (migrated, recorded)


def made_at_once() -> tuple[set[tuple[str, ...]], set[tuple[str, str]]]:
    """The tables that an empty installation gets, in a database or schema beside, and the migrations that count as done there."""
    if connection.vendor == "sqlite":
        beside = connection.copy()
        beside.settings_dict = connection.settings_dict | {"NAME": ":memory:"}
        try:
            create_all(MigrationExecutor(beside))
            return tables_of(beside), set(MigrationRecorder(beside).applied_migrations())
        finally:
            beside.close()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA made_at_once")
        try:
            cursor.execute("SET search_path TO made_at_once")
            create_all(MigrationExecutor(connection))
            return tables_of(connection), set(MigrationRecorder(connection).applied_migrations())
        finally:
            cursor.execute("DROP SCHEMA made_at_once CASCADE")
            cursor.execute("SET search_path TO public")


def _tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))
