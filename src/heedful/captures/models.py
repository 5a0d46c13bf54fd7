"""What was seen or said, what the machine made of it, and what people decided."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, Q, Value, When

from heedful.captures.rules import Confidence, FalsePositive, Outcome, Source, State
from heedful.devices.models import Profile
from heedful.people.models import Account, Pupil, School, User
from heedful.thresholds.rules import Route, Urgency

# Which tab of the queue a capture stands on, kept by the database itself. A plain column with plain indexes, so that a
# page costs the same with a million stored: SQLite takes no partial index for a query with parameters.
_TAB = Case(
    When(state="closed", then=Value("closed")),
    When(state="graded", then=Value("graded")),
    When(route="record_only", then=Value("record_only")),
    default=Value("to_review"),
)


class Capture(models.Model):
    """One recorded moment that met a rule. Its number is its primary key; `*_sealed` are ciphertexts of the school's vault.

    The machine's view (`severity`, `themes`, `findings`, `suggested_route`) is never changed by the human's (`grade`, `route`).
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="captures")
    capture_id = models.UUIDField(help_text="Made on the device: what makes a retry harmless.")
    profile = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="captures")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="captures")
    pupil = models.ForeignKey(Pupil, null=True, on_delete=models.SET_NULL, related_name="captures")
    identity_confidence = models.CharField(max_length=10, choices=Confidence.choices)
    identity_how = models.CharField(max_length=10)
    observed_at = models.DateTimeField()
    utc_offset_minutes = models.SmallIntegerField()
    arrived_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source.choices)
    app = models.CharField(max_length=100)
    host = models.CharField(max_length=255, blank=True)

    text_sealed = models.BinaryField()
    title_sealed = models.BinaryField()
    url_sealed = models.BinaryField()
    account_sealed = models.BinaryField()
    before_sealed = models.BinaryField(help_text="Earlier lines, JSON.")
    picture_blob = models.CharField(max_length=100, blank=True)

    age_band = models.CharField(max_length=10)
    bundle_version = models.CharField(max_length=64)
    device_bundle_version = models.CharField(max_length=64)
    severity = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=30, blank=True, help_text="The theme of the greatest severity and score.")
    themes = models.JSONField(default=dict, help_text="{theme: [thousandths, severity]}")
    findings = models.JSONField(default=list, help_text="[theme, start, end, rule, severity, why]")

    threshold_version = models.PositiveIntegerField()
    suggested_route = models.CharField(max_length=15, choices=Route.choices)
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    route = models.CharField(max_length=15, choices=Route.choices)

    state = models.CharField(max_length=15, choices=State.choices, default=State.NEW)
    is_open = models.BooleanField(default=True)
    tab = models.GeneratedField(expression=_TAB, output_field=models.CharField(max_length=12), db_persist=True)
    revision = models.PositiveIntegerField(default=1, help_text="Grows with each decision: the stale-edit guard.")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    grade = models.PositiveSmallIntegerField(null=True)
    false_positive = models.CharField(max_length=20, choices=FalsePositive.choices, blank=True)
    graded_at = models.DateTimeField(null=True)
    graded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    action_sealed = models.BinaryField(default=bytes)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "capture_id"], name="capture_stored_once"),
            models.CheckConstraint(condition=Q(severity__lte=5), name="capture_severity_0_to_5"),
            models.CheckConstraint(condition=Q(grade__isnull=True) | Q(grade__gte=1, grade__lte=5), name="capture_grade_1_to_5"),
        ]
        indexes = [
            models.Index(fields=["school", "tab", "-severity", "arrived_at", "id"], name="capture_most_serious"),
            models.Index(fields=["school", "tab", "-closed_at", "-id"], name="capture_newest"),
            models.Index(fields=["pupil", "-observed_at"], name="capture_of_pupil"),
            models.Index(fields=["school", "arrived_at"], name="capture_arrived"),
        ]


class CaptureNote(models.Model):
    """A note on a capture: authored, timed, never changed; a correction is another note."""

    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text_sealed = models.BinaryField(default=bytes)
