"""What the models thought of a capture, and from when every layer reads one that came in bulk."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("captures", "0019_first_look")]

    operations = [
        migrations.AddField(
            "Capture",
            "said",
            models.JSONField(default=list, help_text="What the models thought of the whole text, in sentences that quote nothing."),
        ),
        migrations.AddField(
            "Capture",
            "second_reading_due_at",
            models.DateTimeField(help_text="From when every layer reads it; empty where all have, or a person has decided.", null=True),
        ),
        migrations.AddIndex(
            "Capture",
            models.Index(
                condition=Q(second_reading_due_at__isnull=False), fields=["second_reading_due_at"], name="capture_second_reading"
            ),
        ),
    ]
