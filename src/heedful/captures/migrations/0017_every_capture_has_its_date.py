"""From now on no capture is without its dates."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("captures", "0016_dates_of_what_is_stored")]
    operations = [
        migrations.AlterField("capture", "kept_why", models.CharField(max_length=20, choices=[('parts', 'Pictures and earlier lines'), ('false_positive', 'False positives'), ('record_only', 'Record only'), ('unreviewed', 'Not reviewed'), ('graded', 'Graded')])),
        migrations.AlterField("capture", "kept_from", models.DateField(help_text="The day from which its time is counted.")),
        migrations.AlterField("capture", "keep_until", models.DateField(help_text="Its last day, where nothing holds it.")),
    ]
