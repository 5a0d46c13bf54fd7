"""The working group: who sits in it, who answers for monitoring, and what was decided at its meetings. No pupil's name.

For which strand somebody stands is in `people.StrandMember`: a right follows from it. What is here is the rest.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heedful.people.models import School, User
from heedful.programme.working_group.rules import Kind, Seat, Slot

NAME_LENGTH = 120
ABOUT_LENGTH = 60


class Member(models.Model):
    """Somebody's seat: a person with an account, or one without who is described ("Year 10 council representative")."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="group_members")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    described_as = models.CharField(max_length=NAME_LENGTH, blank=True, help_text="Never a pupil's name.")
    seat = models.CharField(max_length=20, choices=Seat.choices, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "user"], condition=Q(user__isnull=False), name="group_member_once"),
            models.CheckConstraint(
                condition=(Q(user__isnull=False) & Q(described_as="")) | (Q(user__isnull=True) & ~Q(described_as="")),
                name="group_member_person_or_words",
            ),
        ]


class SlotHolder(models.Model):
    """Who answers for filtering and monitoring: of the school's accounts, or an adult by name."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="slot_holders")
    slot = models.CharField(max_length=20, choices=Slot.choices)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    named = models.CharField(max_length=NAME_LENGTH, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "slot"], name="slot_holder_once")]


class Meeting(models.Model):
    """One meeting, planned or held: `held_at` is empty until somebody has recorded that it took place."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    on = models.DateField()
    agenda = models.JSONField(default=list, help_text="One line a point.")
    notes = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["school", "-on"], name="meeting_newest")]


class Attendance(models.Model):
    """Somebody was there: a person with an account, or one by a description."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    described_as = models.CharField(max_length=NAME_LENGTH, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], condition=Q(user__isnull=False), name="attendance_once"),
            models.UniqueConstraint(fields=["meeting", "described_as"], condition=Q(user=None), name="attendance_described_once"),
        ]


class Decision(models.Model):
    """What a meeting decided. It is never changed: a later decision takes its place."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    text = models.CharField(max_length=1000)
    about = models.CharField(max_length=ABOUT_LENGTH, blank=True, help_text="What it is about, as its room calls it: 'pilot:3'.")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class ActionPoint(models.Model):
    """Something that a meeting asked somebody to do by a day."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="action_points")
    text = models.CharField(max_length=500)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner_described = models.CharField(max_length=NAME_LENGTH, blank=True)
    due_on = models.DateField()
    about = models.CharField(max_length=ABOUT_LENGTH, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="action_point_open")]
