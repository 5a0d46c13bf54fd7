"""Who reads captures now was never asked for a clearance: they are cleared for ninety days, in which to train."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

READING_ROLES = ("dsl", "deputy", "behaviour")
CARRIED_OVER = "carried_over"


def carry_over(apps, schema_editor):
    Role, Clearance = apps.get_model("people", "Role"), apps.get_model("people", "Clearance")
    today = timezone.localdate()
    # A school that is being set up has no captures yet: its readers train first.
    rows = Role.objects.filter(name__in=READING_ROLES).exclude(school__stage="set_up").values_list("user_id", "school_id").distinct()
    Clearance.objects.bulk_create(
        Clearance(user_id=user, school_id=school, path=CARRIED_OVER, passed_on=today, expires_on=today + timedelta(days=90))
        for user, school in rows
    )


def take_back(apps, schema_editor):
    apps.get_model("people", "Clearance").objects.filter(path=CARRIED_OVER).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0009_practice_schools_and_clearances"),
    ]

    operations = [
        migrations.RunPython(carry_over, take_back),
    ]
