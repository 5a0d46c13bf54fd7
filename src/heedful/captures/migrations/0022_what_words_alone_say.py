"""What the phrases said before the models had their say: those that were set aside, and the severity of the words alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("captures", "0021_kept_as_nothing")]

    operations = [
        migrations.AddField(
            "Capture",
            "silenced",
            models.JSONField(
                default=list, help_text="As `findings`: phrases that were met and that the models took for harmless. They count for nothing."
            ),
        ),
        migrations.AddField(
            "Capture",
            "words_severity",
            models.PositiveSmallIntegerField(help_text="What phrases alone say; empty where no model had a say.", null=True),
        ),
    ]
