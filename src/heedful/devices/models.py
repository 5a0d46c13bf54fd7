"""The school's physical devices, the profiles of the agent that lie on them, and the tokens by which these enrolled."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from heedful.devices.rules import DeviceKind, TokenKind
from heedful.people.models import Account, Group, School, User


class EnrolmentToken(models.Model):
    """Lets devices of one school enrol, for a while and so many times. Only its hash is kept."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="enrolment_tokens")
    kind = models.CharField(max_length=10, choices=TokenKind.choices, default=TokenKind.DEVICE)
    hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80, blank=True)
    expires_at = models.DateTimeField()
    uses_left = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0, help_text="Physical devices; enrolling again on a known one is no use.")
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class Device(models.Model):
    """One physical machine of a school: a row of its inventory, or one that enrolled and is on no list. What coverage counts.

    It is in the inventory while `listed_at` is set and `unlisted_at` is not; `listed_from` says which list had it last, and is
    empty where it only enrolled. `machine_id` is what an agent on it says of itself (the serial number where it has one), in
    capitals; `directory_device_id` is Google's, in small letters.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="devices")
    kind = models.CharField(max_length=12, choices=DeviceKind.choices, default=DeviceKind.OTHER)
    label = models.CharField(max_length=100, blank=True, help_text="The school's own name for it: an asset tag or a computer name.")
    serial = models.CharField(max_length=100, blank=True)
    model = models.CharField(max_length=120, blank=True)
    directory_device_id = models.CharField(max_length=100, blank=True)
    machine_id = models.CharField(max_length=100, blank=True)
    site = models.CharField(max_length=80, blank=True)
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.SET_NULL, related_name="devices")
    assigned_account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="devices")
    listed_from = models.CharField(max_length=10, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True, help_text="When an inventory first listed it, or listed it again.")
    unlisted_at = models.DateTimeField(null=True, blank=True, help_text="When an inventory no longer had it.")
    active_in_inventory_at = models.DateTimeField(null=True, blank=True, help_text="When the inventory's own system last saw it in use.")
    retired_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(help_text="When Heedful first heard of it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "machine_id"], condition=~Q(machine_id=""), name="device_machine_once"),
            models.UniqueConstraint(
                fields=["school", "directory_device_id"], condition=~Q(directory_device_id=""), name="device_directory_once"
            ),
        ]
        indexes = [models.Index(fields=["school", "label"], name="device_label")]

    def __str__(self) -> str:
        return f"device {self.pk}"

    @property
    def is_listed(self) -> bool:
        """Whether it is in the school's inventory now."""
        return self.listed_at is not None and self.unlisted_at is None


class Profile(models.Model):
    """One installation of the agent, with a key of its own: what the wire calls a device. Its id is the wire's `device_id`.

    It is *superseded* when another profile of the same device and account has taken its place; a request from it undoes that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="profiles")
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.SET_NULL, related_name="profiles")
    token = models.ForeignKey(EnrolmentToken, null=True, on_delete=models.SET_NULL, related_name="profiles")
    public_key = models.BinaryField(max_length=32)
    last_sequence = models.BigIntegerField(default=0)
    directory_device_id = models.CharField(max_length=100, blank=True)
    machine_id = models.CharField(max_length=100, blank=True)
    device_label = models.CharField(max_length=100, blank=True)
    os = models.CharField(max_length=40, blank=True)
    browser = models.CharField(max_length=60, blank=True)
    agent_version = models.CharField(max_length=40, blank=True)
    bundle_version = models.CharField(max_length=64, blank=True)
    policy_version = models.CharField(max_length=64, blank=True)
    enrolled_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    last_account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=24, blank=True, help_text="A word of `rules.Fault`; empty is all well, or too old to say.")
    fault_since = models.DateTimeField(null=True, blank=True)
    lines_told_at = models.DateTimeField(null=True, blank=True, help_text="The last heartbeat that said how much was read, be it 0.")
    lines_read_at = models.DateTimeField(null=True, blank=True, help_text="The last heartbeat that said that something was read.")
    forced = models.BooleanField(null=True, blank=True, help_text="A policy keeps the extension in place; empty where it did not say.")
    incognito_allowed = models.BooleanField(null=True, blank=True)
    policy_hash = models.CharField(max_length=64, blank=True, help_text="Of the managed values in force; see rules.policy_hash.")
    spool_captures = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    lost_captures = models.PositiveIntegerField(default=0)
    lost_pictures = models.PositiveIntegerField(default=0)
    clock_skew_s = models.IntegerField(default=0, help_text="Device clock minus server clock, seconds.")

    class Meta:
        indexes = [models.Index(fields=["school", "last_seen_at"], name="profile_seen")]

    @property
    def is_in_use(self) -> bool:
        """Neither revoked nor superseded."""
        return self.revoked_at is None and self.superseded_at is None


class AccountDay(models.Model):
    """That a profile was used by an account on a day (of the installation's time zone), and how much was read. No text.

    `account` is empty where nobody was signed in, or the address could not be kept. Coverage reads it: which accounts, groups
    and years were seen. Kept for `rules.ACCOUNT_DAYS_KEPT`.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="account_days")
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="device_days")
    day = models.DateField()
    lines_read = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "day", "account"], name="account_day_once"),
            models.UniqueConstraint(fields=["profile", "day"], condition=Q(account=None), name="account_day_of_nobody_once"),
        ]
        indexes = [models.Index(fields=["school", "day"], name="account_day_school")]


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


# Django looks for an app's models here.
from heedful.devices.coverage.models import HealthCount, PhraseProof, PhraseTest, SchoolTerm, SelfTest, SilenceEpisode  # noqa: E402, F401
from heedful.devices.inventory.models import InventoryImport  # noqa: E402, F401
