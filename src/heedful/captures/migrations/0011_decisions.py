"""Each decision keeps the values before it, so that it can be undone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("captures", "0010_index_on_account_and_time"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            "Decision",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("acknowledged", "acknowledged it"),
                            ("graded", "graded it"),
                            ("dismissed", "closed it as a false positive"),
                            ("routed", "changed its route"),
                            ("closed", "closed it"),
                            ("snoozed", "put it off"),
                            ("reopened", "opened it again"),
                            ("undone", "took a decision back"),
                        ],
                        max_length=15,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(help_text="The capture's revision after it.")),
                ("before", models.JSONField(default=dict)),
                ("action_sealed", models.BinaryField(default=bytes, help_text="What was done, as it stood before.")),
                ("batch", models.UUIDField(help_text="The same on decisions made with one press.", null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("capture", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="captures.capture")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["capture", "-revision"], name="decision_newest"),
                    models.Index(fields=["batch"], name="decision_of_batch"),
                ],
            },
        ),
    ]
