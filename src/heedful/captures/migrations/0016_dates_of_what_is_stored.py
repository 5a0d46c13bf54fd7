"""Captures that are stored already get their dates, by the periods that hold where a school has chosen none."""

from datetime import timedelta

from django.db import migrations
from django.db.models.functions import TruncDate

DAYS = {"false_positive": 30, "record_only": 30, "unreviewed": 90, "graded": 365}
PARTS_DAYS = 30
STEP = 500


def fill(apps, schema_editor):
    Capture = apps.get_model("captures", "Capture")
    while rows := list(Capture.objects.filter(keep_until=None).annotate(arrived_on=TruncDate("arrived_at")).order_by("pk")[:STEP]):
        for row in rows:
            row.kept_why, row.kept_from = reason_of(row)
            row.keep_until = row.kept_from + timedelta(days=DAYS[row.kept_why])
            has_parts = bool(row.picture_blob or bytes(row.before_sealed))
            row.parts_until = row.arrived_on + timedelta(days=PARTS_DAYS) if has_parts else None
        Capture.objects.bulk_update(rows, ["kept_why", "kept_from", "keep_until", "parts_until"], batch_size=100)


def reason_of(row):
    decided = [moment.date() for moment in (row.graded_at, row.closed_at) if moment]
    since = max(decided, default=row.arrived_on)
    if row.false_positive:
        return "false_positive", since
    if row.route == "record_only" and (row.grade or 0) < 3:
        return "record_only", since
    if row.state in ("new", "acknowledged"):
        return "unreviewed", row.arrived_on
    return "graded", since


class Migration(migrations.Migration):
    dependencies = [("captures", "0015_how_long_it_is_kept")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
