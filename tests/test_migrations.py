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
def test_our_migrations_go_back_to_nothing_and_up_again() -> None:
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


@pytest.mark.django_db(transaction=True)
def test_tables_made_at_once_are_those_that_the_migrations_end_in() -> None:
    migrated = tables_of(connection)
    assert len(migrated) > 400
    theirs = ("auth_group_permissions",)  # Django's own, which nothing of ours uses: its numbers grew in one of its migrations
    if connection.vendor == "sqlite":
        beside = connection.copy()
        beside.settings_dict = connection.settings_dict | {"NAME": ":memory:"}
        try:
            create_all(MigrationExecutor(beside))
            made, recorded = tables_of(beside), MigrationRecorder(beside).applied_migrations()
        finally:
            beside.close()
    else:
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA made_at_once")
            try:
                cursor.execute("SET search_path TO made_at_once")
                create_all(MigrationExecutor(connection))
                made, recorded = tables_of(connection), MigrationRecorder(connection).applied_migrations()
            finally:
                cursor.execute("DROP SCHEMA made_at_once CASCADE")
                cursor.execute("SET search_path TO public")
    assert {part for part in made if part[1] not in theirs} == {part for part in migrated if part[1] not in theirs}
    assert set(recorded) == set(MigrationRecorder(connection).applied_migrations())


def _tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))
