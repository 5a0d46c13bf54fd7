"""Captures of a day are found by when they happened."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("captures", "0017_every_capture_has_its_date")]

    operations = [
        migrations.AddIndex("Capture", models.Index(fields=["school", "-observed_at"], name="capture_happened")),
    ]
