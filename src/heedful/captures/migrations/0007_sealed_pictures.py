"""A picture may be sealed from everybody, and destroyed by two people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("captures", "0006_passed_to_a_colleague"),
        ("people", "0002_roll"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PictureSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(help_text="The capture's number.", unique=True)),
                ("sealed_at", models.DateTimeField()),
                ("blob", models.CharField(blank=True, help_text="Empty once destroyed.", max_length=100)),
                ("key_sealed", models.BinaryField(default=bytes, help_text="Empty once destroyed.")),
                (
                    "left_behind",
                    models.CharField(blank=True, help_text="A file that must still be overwritten and removed.", max_length=100),
                ),
                (
                    "agency",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("police", "Police"),
                            ("childrens_services", "Local authority children's services"),
                            ("iwf", "Internet Watch Foundation"),
                        ],
                        help_text="Who advised to destroy it.",
                        max_length=20,
                    ),
                ),
                ("reference_sealed", models.BinaryField(default=bytes, help_text="The agency's reference.")),
                ("asked_at", models.DateTimeField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "capture",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="picture_seal", to="captures.capture"
                    ),
                ),
                (
                    "destroyed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="picture_seals", to="people.school"),
                ),
                (
                    "sealed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("left_behind", ""), _negated=True), fields=["left_behind"], name="picture_left_behind")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("destroyed_by", None),
                            models.Q(("asked_by__isnull", False), models.Q(("destroyed_by", models.F("asked_by")), _negated=True)),
                            _connector="OR",
                        ),
                        name="picture_destroyed_by_two",
                    )
                ],
            },
        ),
    ]
