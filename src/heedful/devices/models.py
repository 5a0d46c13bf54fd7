"""Enrolment tokens, the profiles that enrolled by them, and what they last said of themselves."""

from __future__ import annotations

import uuid

from django.db import models

from heedful.devices.rules import TokenKind
from heedful.people.models import Account, School, User


class EnrolmentToken(models.Model):
    """Lets devices of one school enrol, for a while and so many times. Only its hash is kept."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="enrolment_tokens")
    kind = models.CharField(max_length=10, choices=TokenKind.choices, default=TokenKind.DEVICE)
    hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80, blank=True)
    expires_at = models.DateTimeField()
    uses_left = models.PositiveIntegerField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class Profile(models.Model):
    """One installation of the agent, with a key of its own: what the wire calls a device. Its id is the wire's `device_id`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="profiles")
    token = models.ForeignKey(EnrolmentToken, null=True, on_delete=models.SET_NULL, related_name="profiles")
    public_key = models.BinaryField(max_length=32)
    last_sequence = models.BigIntegerField(default=0)
    directory_device_id = models.CharField(max_length=100, blank=True)
    os = models.CharField(max_length=40, blank=True)
    browser = models.CharField(max_length=60, blank=True)
    agent_version = models.CharField(max_length=40, blank=True)
    bundle_version = models.CharField(max_length=64, blank=True)
    policy_version = models.CharField(max_length=64, blank=True)
    enrolled_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    spool_captures = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    lost_captures = models.PositiveIntegerField(default=0)
    lost_pictures = models.PositiveIntegerField(default=0)
    clock_skew_s = models.IntegerField(default=0, help_text="Device clock minus server clock, seconds.")

    class Meta:
        indexes = [models.Index(fields=["school", "last_seen_at"], name="profile_seen")]


class ProfileHour(models.Model):
    """How many captures of severity 1-3 a profile had stored, and only counted, in one clock hour (UTC)."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    stored = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "hour"], name="profile_hour_once")]


class TestSighting(models.Model):
    """A test phrase that came through: proof of coverage, no capture, no text."""

    id = models.UUIDField(primary_key=True)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="test_sightings")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    observed_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
