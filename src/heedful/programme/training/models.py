"""Who learned what and when, what a school adds to learn, and what counts as passed."""

from __future__ import annotations

from django.db import models

from heedful.people.models import School, User


class Result(models.Model):
    """One answered set of questions. Rows are only added; the newest that passed counts."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="training_results")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="training_results")
    module = models.CharField(max_length=60, help_text="The key of a module of the product, or of one that the school added.")
    title = models.CharField(max_length=120, help_text="As it was called then.")
    text_hash = models.CharField(max_length=64, help_text="SHA-256 of the module's text: which edition was read.")
    at = models.DateTimeField()
    right = models.PositiveSmallIntegerField()
    out_of = models.PositiveSmallIntegerField()
    pass_mark = models.PositiveSmallIntegerField(help_text="In percent, as it was then.")
    passed = models.BooleanField()
    expires_on = models.DateField(null=True, help_text="Its last day; empty where it was not passed.")
    answers = models.JSONField(default=list, help_text="By question: the places of the options that were chosen.")

    class Meta:
        indexes = [models.Index(fields=["school", "user", "module"], name="result_of_person")]


class OwnModule(models.Model):
    """A module that a school added, in Markdown, as it was uploaded. The newest of a key that isn't withdrawn is in use."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="own_modules")
    key = models.CharField(max_length=60)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["school", "key", "-id"], name="own_module_newest")]


class PassMark(models.Model):
    """What the working group counts as passed, in percent. Rows are only added: the newest is in force."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="pass_marks")
    modules = models.PositiveSmallIntegerField()
    practice = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Attempt(models.Model):
    """One go at the practice captures. The captures themselves lie in the learner's practice school until it is finished."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="practice_attempts")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="practice_attempts")
    began_at = models.DateTimeField()
    table_version = models.PositiveIntegerField()
    dealt = models.JSONField(default=dict, help_text="{capture id: key of the card}, of those that count.")
    finished_at = models.DateTimeField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)
    missed = models.PositiveSmallIntegerField(default=0, help_text="Serious ones that were left, put aside or graded away.")
    pass_mark = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(default=False)
    expires_on = models.DateField(null=True)
    answers = models.JSONField(default=list, help_text="By card: what was decided, what the school's line says, and the points.")

    class Meta:
        indexes = [models.Index(fields=["school", "user", "-id"], name="attempt_newest")]
        constraints = [
            models.UniqueConstraint(fields=["school", "user"], condition=models.Q(finished_at=None), name="attempt_one_at_a_time"),
        ]
