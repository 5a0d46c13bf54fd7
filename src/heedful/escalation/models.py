"""Clocks, news and the outbox. A clock and a piece of news know what a notice may say, and nothing of what it is about."""

from __future__ import annotations

from django.db import models
from django.db.models import TextChoices

from heedful.escalation.rules import NoticeKind
from heedful.people.models import School, User


class NoticeState(TextChoices):
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


class Clock(models.Model):
    """Somebody must acknowledge by `due_at`. Everything a notice may say was copied in when it started."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="clocks")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    number = models.BigIntegerField(help_text="The number people see.")
    severity = models.PositiveSmallIntegerField()
    url_name = models.CharField(max_length=60)
    is_drill = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    notify_at = models.DateTimeField(null=True, help_text="When notices are to be made; empty once they are.")
    not_to = models.JSONField(default=list, help_text="Ids of people who may not be told: barred from the subject.")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="clock_once")]
        indexes = [
            models.Index(fields=["notify_at"], name="clock_to_notify"),
            models.Index(fields=["acknowledged_at", "due_at"], name="clock_due"),
        ]


class News(models.Model):
    """Something that people are told of once, without a clock: what its kind says, a number and a link."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    number = models.BigIntegerField()
    severity = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, blank=True, help_text="The audit chain's hash, where the kind carries one.")
    url_name = models.CharField(max_length=60)
    url_args = models.JSONField(default=list)
    once_key = models.CharField(max_length=120, blank=True, help_text="Names the occasion; the same one is told once. Empty: each call is one.")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "kind", "once_key"], condition=~models.Q(once_key=""), name="news_once"),
        ]

    def __str__(self) -> str:
        return f"{NoticeKind(self.kind).value} {self.pk}"


class Notice(models.Model):
    """One message to one person on one channel: the outbox. Its Message-ID is fixed when the row is made.

    Behind it stands a clock or a piece of news, never both.
    """

    clock = models.ForeignKey(Clock, null=True, on_delete=models.CASCADE, related_name="notices")
    news = models.ForeignKey(News, null=True, on_delete=models.CASCADE, related_name="notices")
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20, default="email")
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    send_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=60, blank=True, help_text="The kind of error, without its text.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "recipient", "channel"], name="notice_once"),
            models.UniqueConstraint(fields=["news", "recipient", "channel"], name="notice_of_news_once"),
            models.CheckConstraint(condition=models.Q(clock=None) ^ models.Q(news=None), name="notice_of_clock_or_news"),
        ]
        indexes = [models.Index(fields=["state", "send_at"], name="notice_due")]

    @property
    def source(self) -> Clock | News:
        """What stands behind it."""
        found = self.clock or self.news
        assert found is not None
        return found
