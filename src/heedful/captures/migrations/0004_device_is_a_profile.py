"""What sent a capture is a profile of the agent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("captures", "0003_index_on_arrival"), ("devices", "0002_an_installation_is_a_profile")]

    operations = [
        migrations.RenameField("Capture", "device", "profile"),
        migrations.AlterField(
            "Capture",
            "profile",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="captures", to="devices.profile"),
        ),
    ]
