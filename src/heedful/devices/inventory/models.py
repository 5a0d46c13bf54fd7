"""One reading of a list of devices: what came, what it would change or changed, the rows that could not be read."""

from __future__ import annotations

from django.db import models

from heedful.people.models import School, User


class InventoryImport(models.Model):
    """`rows` are the devices as read, with ids in place of accounts and groups, until a person decides or an hour is over; then empty."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="inventory_imports")
    made_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=10, help_text="By which way it came: page or command.")
    source = models.CharField(max_length=10)
    file_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    decided_at = models.DateTimeField(null=True, blank=True)
    rows = models.JSONField(default=list)
    is_whole = models.BooleanField(default=True, help_text="Every line could be told; else nothing is taken for gone.")
    counts = models.JSONField(default=dict)
    passed_over = models.JSONField(default=dict)
    problems = models.JSONField(default=list, help_text="Line, column, what and the way out; at most 200.")
    problem_count = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True, help_text="Of the difference that was shown.")
    is_braked = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["school", "-made_at"], name="inventory_import_newest")]
