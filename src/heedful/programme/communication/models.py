"""Texts by version, what was sent to staff and who confirmed it, and what the school gives out by its own ways."""

from __future__ import annotations

from django.db import models

from heedful.people.models import School, User
from heedful.programme.communication.rules import How
from heedful.programme.communication.texts import Audience, TextKey


class TextVersion(models.Model):
    """One version of a text with its placeholders. Once published it is never changed: `said_*` is what people read, `values` what it was filled with."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    text_key = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1, help_text="Goes up with each saving of the draft.")
    title = models.CharField(max_length=200)
    body = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    said_title = models.CharField(max_length=400, blank=True)
    said_body = models.TextField(blank=True)
    values = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "text_key", "number"], name="text_version_once")]

    @property
    def key(self) -> TextKey:
        return TextKey(self.text_key)


class Message(models.Model):
    """A published text, sent to everybody with an account whom it is for. Who joins later finds it on their page too."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(TextVersion, on_delete=models.CASCADE, related_name="messages")
    text_key = models.CharField(max_length=30)
    subject_kind = models.CharField(max_length=40, help_text="What it is about: a notice, a launch date, …")
    asks = models.BooleanField(help_text="Whether each person is asked to confirm that they have read it.")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["school", "text_key", "-sent_at"], name="message_newest")]

    @property
    def key(self) -> TextKey:
        return TextKey(self.text_key)


class Acknowledgement(models.Model):
    """This person says that they have read this message (D07)."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="acknowledgements")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="acknowledged_once")]


class HandOut(models.Model):
    """A published text for an audience that Heedful can't reach: open until somebody says when and how the school gave it out."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(TextVersion, on_delete=models.CASCADE, related_name="hand_outs")
    audience = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, help_text="A newer version is to be given out instead.")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField(null=True)
    how = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["school", "done_at"], name="hand_out_open")]

    @property
    def audience_words(self) -> str:
        return Audience(self.audience).label

    @property
    def how_words(self) -> str:
        return How(self.how).label if self.how else ""
