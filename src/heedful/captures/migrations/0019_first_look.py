"""A handling approach may let somebody else look first: `first_look` says with whom it is, and `tab` where it stands meanwhile."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Case, Q, Value, When

BEFORE = (
    When(state="closed", then=Value("closed")),
    When(state="graded", then=Value("graded")),
    When(route="record_only", then=Value("record_only")),
    When(snoozed_until__isnull=False, then=Value("snoozed")),
    When(is_folded=True, then=Value("folded")),
)
TAB = Case(
    *BEFORE,
    When(first_look="pastoral", then=Value("first_look")),
    When(first_look="technician", then=Value("first_look")),
    default=Value("to_review"),
)


class Migration(migrations.Migration):
    dependencies = [("captures", "0018_index_on_the_day"), ("thresholds", "0002_handling_approaches")]

    operations = [
        migrations.AddField(
            "Capture",
            "approach",
            models.ForeignKey(
                db_index=False, help_text="The handling approach that acted on it.", null=True,
                on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="thresholds.approach",
            ),
        ),
        migrations.AddField(
            "Capture",
            "first_look",
            models.CharField(help_text="A FirstLook; empty where the safeguarding lead sees it as it comes.", max_length=10, null=True),
        ),
        migrations.RemoveIndex("Capture", "capture_most_serious"),
        migrations.RemoveIndex("Capture", "capture_newest"),
        migrations.RemoveField("Capture", "tab"),
        migrations.AddField("Capture", "tab", models.GeneratedField(db_persist=True, expression=TAB, output_field=models.CharField(max_length=12))),
        migrations.AddIndex("Capture", models.Index(fields=["school", "tab", "-severity", "arrived_at", "id"], name="capture_most_serious")),
        migrations.AddIndex("Capture", models.Index(fields=["school", "tab", "-closed_at", "-id"], name="capture_newest")),
        migrations.AddIndex(
            "Capture", models.Index(condition=Q(first_look__isnull=False), fields=["school", "first_look", "-arrived_at"], name="capture_first_look")
        ),
        migrations.AddIndex(
            "Capture", models.Index(condition=Q(approach__isnull=False), fields=["approach", "-observed_at"], name="capture_of_approach")
        ),
    ]
