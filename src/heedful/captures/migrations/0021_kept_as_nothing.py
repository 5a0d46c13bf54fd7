"""What the server takes for nothing has a period of its own."""

from django.db import migrations, models

KINDS = [
    ("parts", "Pictures and earlier lines"),
    ("false_positive", "False positives"),
    ("nothing", "Found to be nothing"),
    ("record_only", "Record only"),
    ("unreviewed", "Not reviewed"),
    ("graded", "Graded"),
]


class Migration(migrations.Migration):
    dependencies = [("captures", "0020_second_reading")]

    operations = [
        migrations.AlterField("Capture", "kept_why", models.CharField(choices=KINDS, max_length=20)),
        migrations.AlterField("RetentionChoice", "kind", models.CharField(choices=KINDS, max_length=20)),
    ]
