"""Each profile from before lies on a device: the one of its directory id, else one of its own."""

from django.db import migrations
from django.db.models import F

KINDS = {"chromeos": "chromebook", "windows": "windows", "mac": "mac", "macos": "mac", "linux": "linux"}


def lay_profiles_on_devices(apps, schema_editor):
    device_model, profile_model = apps.get_model("devices", "Device"), apps.get_model("devices", "Profile")
    profile_model.objects.filter(heartbeat_at=None).update(heartbeat_at=F("last_seen_at"))
    for profile in profile_model.objects.filter(device=None).order_by("enrolled_at").iterator():
        made = {"kind": KINDS.get(profile.os.lower(), "other"), "added_at": profile.enrolled_at}
        directory_id = profile.directory_device_id.lower()
        if directory_id:
            device, _ = device_model.objects.get_or_create(school_id=profile.school_id, directory_device_id=directory_id, defaults=made)
        else:
            device = device_model.objects.create(school_id=profile.school_id, **made)
        profile_model.objects.filter(pk=profile.pk).update(device=device)


class Migration(migrations.Migration):
    dependencies = [("devices", "0003_the_physical_device")]

    operations = [migrations.RunPython(lay_profiles_on_devices, migrations.RunPython.noop)]
