"""Captures of one account are found by their time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("captures", "0009_bursts_and_putting_off"), ("people", "0002_roll")]

    operations = [
        migrations.AddIndex("Capture", models.Index(fields=["account", "-observed_at"], name="capture_of_account")),
        migrations.AlterField(
            "Capture",
            "account",
            models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="captures", to="people.account"
            ),
        ),
    ]
