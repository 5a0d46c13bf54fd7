"""A capture belongs to a burst, may stand folded under a more serious one, and may be put off: `tab` says so."""

from django.db import migrations, models
from django.db.models import Case, Value, When

TAB = Case(
    When(state="closed", then=Value("closed")),
    When(state="graded", then=Value("graded")),
    When(route="record_only", then=Value("record_only")),
    When(snoozed_until__isnull=False, then=Value("snoozed")),
    When(is_folded=True, then=Value("folded")),
    default=Value("to_review"),
)


class Migration(migrations.Migration):
    dependencies = [("captures", "0008_how_somebody_reads")]

    operations = [
        migrations.AddField(
            "Capture",
            "burst",
            models.UUIDField(
                null=True, help_text="The same on captures of one burst: one pupil, one theme, never ten quiet minutes between."
            ),
        ),
        migrations.AddField(
            "Capture",
            "is_folded",
            models.BooleanField(default=False, help_text="While it waits it stands under a more serious one of its burst."),
        ),
        migrations.AddField(
            "Capture", "snoozed_until", models.DateTimeField(null=True, help_text="Put off by a person; it comes back by itself.")
        ),
        migrations.RemoveIndex("Capture", "capture_most_serious"),
        migrations.RemoveIndex("Capture", "capture_newest"),
        migrations.RemoveField("Capture", "tab"),
        migrations.AddField(
            "Capture", "tab", models.GeneratedField(db_persist=True, expression=TAB, output_field=models.CharField(max_length=12))
        ),
        migrations.AddIndex(
            "Capture", models.Index(fields=["school", "tab", "-severity", "arrived_at", "id"], name="capture_most_serious")
        ),
        migrations.AddIndex("Capture", models.Index(fields=["school", "tab", "-closed_at", "-id"], name="capture_newest")),
        migrations.AddIndex("Capture", models.Index(fields=["burst"], name="capture_of_burst")),
        migrations.AddIndex("Capture", models.Index(fields=["snoozed_until"], name="capture_snoozed")),
    ]
