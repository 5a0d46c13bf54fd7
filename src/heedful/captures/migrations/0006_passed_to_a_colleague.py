"""A capture may be passed to a colleague."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("captures", "0005_a_person_says_whose_it_is"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            "Capture",
            "assigned_to",
            models.ForeignKey(
                db_index=False,
                help_text="Whom it was passed to.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "Capture",
            "assigned_by",
            models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField("Capture", "assigned_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "Capture", "assigned_seen_at", models.DateTimeField(help_text="When they first opened it since: the receipt.", null=True)
        ),
        migrations.AddIndex(
            "Capture", models.Index(condition=models.Q(("assigned_to__isnull", False)), fields=["assigned_to"], name="capture_assigned")
        ),
    ]
