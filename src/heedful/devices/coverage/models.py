"""What proves coverage, or that it is missing: terms, tests of the phrase and what they proved, self-tests, episodes of silence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heedful.devices.coverage.days import TermName
from heedful.devices.rules import DeviceKind
from heedful.people.models import School, User

GROUP_LENGTH = 80


class SchoolTerm(models.Model):
    """When a term begins and ends, where the school has said so; else the usual dates hold."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="terms")
    name = models.CharField(max_length=10, choices=TermName.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="school_term_once")]


class PhraseTest(models.Model):
    """Somebody says: I am testing this group on this kind of device, now. What comes through until `ends_at` is credited to them."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="phrase_tests")
    group = models.CharField(max_length=GROUP_LENGTH, help_text="The group's name as it was, or 'Year 8'.")
    kind = models.CharField(max_length=12, choices=DeviceKind.choices)
    tester = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["school", "-started_at"], name="phrase_test_newest")]


class PhraseProof(models.Model):
    """That the test phrase came through for one group, on one kind of device at one site. No text, no pupil.

    Written when it arrives, so that a later roll or inventory can't move a proof to a group that it never was of.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="phrase_proofs")
    sighting = models.ForeignKey("devices.TestSighting", null=True, on_delete=models.SET_NULL, related_name="proofs")
    group = models.CharField(max_length=GROUP_LENGTH, blank=True, help_text="Empty: neither account nor device belongs to a group.")
    kind = models.CharField(max_length=12, choices=DeviceKind.choices)
    site = models.CharField(max_length=80, blank=True)
    is_listed = models.BooleanField(help_text="The device was in the inventory.")
    test = models.ForeignKey(PhraseTest, null=True, on_delete=models.SET_NULL, related_name="proofs")
    tester = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sighting", "group"], name="phrase_proof_once")]
        indexes = [models.Index(fields=["school", "-proved_at"], name="phrase_proof_newest")]


class SelfTest(models.Model):
    """One run of the self-test: a synthetic device through the devices' own door. It is never a device of the school."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="self_tests")
    due_key = models.CharField(max_length=20, blank=True, help_text="Names the occasion, so that two workers make one; empty: by hand.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it runs, or its process died.")
    passed = models.BooleanField(null=True, blank=True)
    steps = models.JSONField(default=list, help_text="Name, whether it passed, and what was found; no text of anybody.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "due_key"], condition=~Q(due_key=""), name="self_test_once")]
        indexes = [models.Index(fields=["school", "-started_at"], name="self_test_newest")]


class SilenceEpisode(models.Model):
    """A time in which more devices were silent than may be; IT and DSL are told once, at its beginning."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="silences")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    silent = models.PositiveIntegerField()
    in_use = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school"], condition=Q(ended_at=None), name="silence_one_open")]


class HealthCount(models.Model):
    """How a school's coverage stood when the worker last counted it, so that no page has to count thousands of rows."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="health_count")
    counted_at = models.DateTimeField()
    said = models.JSONField(help_text="The fields of `health.SchoolHealth`: numbers and phrases, nobody's name.")
