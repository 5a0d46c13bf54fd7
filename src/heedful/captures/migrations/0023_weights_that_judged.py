"""A grade can be traced to the weights that made it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("captures", "0022_what_words_alone_say")]

    operations = [
        migrations.AddField(
            "Capture",
            "weights",
            models.JSONField(default=dict, help_text="{encoder or fusion: version}: which weights judged it beside the library."),
        ),
    ]
