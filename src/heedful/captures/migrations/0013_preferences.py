"""How somebody likes to work: keys, and going on to the next."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("captures", "0012_saved_views"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            "Preference",
            [
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False, to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("keys_on", models.BooleanField(default=True)),
                ("keys", models.JSONField(default=dict, help_text="{action: keys}, where they differ from the defaults.")),
                ("goes_on", models.BooleanField(default=True)),
            ],
        ),
    ]
