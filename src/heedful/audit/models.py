"""An append-only hash chain per school (0 is the installation's own). Entries hold ids and setting values, never content."""

from __future__ import annotations

from django.db import models


class Head(models.Model):
    """The end of one chain. Every append begins by updating it, which puts writers in a line."""

    school_id = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")


class Entry(models.Model):
    school_id = models.BigIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_ids = models.JSONField(default=list)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school_id", "number"], name="audit_number_once")]
        indexes = [
            models.Index(fields=["school_id", "action", "number"], name="audit_by_action"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
        ]


class Checkpoint(models.Model):
    """Up to which entry a chain was found whole, so that a page need not walk it from its start. `from_start_at`: when it last was."""

    school_id = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")
    checked_at = models.DateTimeField()
    from_start_at = models.DateTimeField()
