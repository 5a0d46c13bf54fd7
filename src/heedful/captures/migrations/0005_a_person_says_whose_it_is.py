"""A person may say whose a capture is, against what the device said."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("captures", "0004_device_is_a_profile"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            "Capture",
            "identified_by",
            models.ForeignKey(
                db_index=False,
                help_text="Who said whose it is, against what the device said.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("Capture", "identified_at", models.DateTimeField(null=True)),
    ]
