"""What enrols is a profile of the agent; `Device` becomes free for the physical machine."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # The tables that point at the old name must exist first.
    dependencies = [("devices", "0001_initial"), ("captures", "0003_index_on_arrival")]

    operations = [
        migrations.RemoveConstraint("DeviceHour", "device_hour_once"),
        migrations.RenameIndex("Device", new_name="profile_seen", old_name="device_seen"),
        migrations.RenameModel("Device", "Profile"),
        migrations.RenameModel("DeviceHour", "ProfileHour"),
        migrations.RenameField("ProfileHour", "device", "profile"),
        migrations.RenameField("TestSighting", "device", "profile"),
        migrations.AlterField(
            "Profile", "school", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="profiles", to="people.school")
        ),
        migrations.AlterField(
            "Profile",
            "token",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="profiles", to="devices.enrolmenttoken"
            ),
        ),
        migrations.AddConstraint("ProfileHour", models.UniqueConstraint(fields=["profile", "hour"], name="profile_hour_once")),
    ]
