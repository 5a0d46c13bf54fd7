"""The tables: brought forward by migrations, or, where there are none yet, made at once as they are today.

Walking through every migration of an empty database takes longer with each release (docs/decisions/0009); a test holds that
both ways end in the same tables.
"""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def make_tables() -> None:
    """Bring the tables to today's state. May run any number of times, one at a time."""
    if connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)
        return
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    create_all(MigrationExecutor(connection))
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def create_all(executor: MigrationExecutor) -> None:
    """Make every table in the executor's empty database, and write every migration down as done: all of it or nothing.

    Migrations that move data have nothing to move here.
    """
    with executor.connection.schema_editor(atomic=True) as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(executor.connection):
                editor.create_model(model)
        executor.recorder.ensure_schema()
        for app, name in sorted(executor.loader.graph.nodes):
            executor.recorder.record_applied(app, name)
