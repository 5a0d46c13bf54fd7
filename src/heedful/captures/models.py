"""What was seen or said, what the machine made of it, and what people decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import models
from django.db.models import Case, F, Q, Value, When

from heedful.captures.retention import HoldReason, Kept, keep_until
from heedful.captures.rules import Agency, Confidence, DecisionKind, FalsePositive, Outcome, Source, State
from heedful.devices.models import Profile
from heedful.people.models import Account, Pupil, School, User
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.rules import Route, Urgency

# Which tab of the queue a capture stands on, kept by the database itself. A plain column with plain indexes, so that a
# page costs the same with a million stored: SQLite takes no partial index for a query with parameters.
_TAB = Case(
    When(state="closed", then=Value("closed")),
    When(state="graded", then=Value("graded")),
    When(route="record_only", then=Value("record_only")),
    When(snoozed_until__isnull=False, then=Value("snoozed")),
    When(is_folded=True, then=Value("folded")),
    When(first_look="pastoral", then=Value("first_look")),
    When(first_look="technician", then=Value("first_look")),
    default=Value("to_review"),
)


class Capture(models.Model):
    """One recorded moment that met a rule. Its number is its primary key; `*_sealed` are ciphertexts of the school's vault.

    The machine's view (`severity`, `themes`, `findings`, `suggested_route`) is never changed by the human's (`grade`, `route`).
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="captures")
    capture_id = models.UUIDField(help_text="Made on the device: what makes a retry harmless.")
    profile = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="captures")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="captures", db_index=False)
    pupil = models.ForeignKey(Pupil, null=True, on_delete=models.SET_NULL, related_name="captures")
    identity_confidence = models.CharField(max_length=10, choices=Confidence.choices)
    identity_how = models.CharField(max_length=10)
    identified_by = models.ForeignKey(
        User,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="Who said whose it is, against what the device said.",
    )
    identified_at = models.DateTimeField(null=True)
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
    weights = models.JSONField(default=dict, help_text="{encoder or fusion: version}: which weights judged it beside the library.")
    device_bundle_version = models.CharField(max_length=64)
    severity = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=30, blank=True, help_text="The theme of the greatest severity and score.")
    themes = models.JSONField(default=dict, help_text="{theme: [thousandths, severity]}")
    findings = models.JSONField(default=list, help_text="[theme, start, end, rule, severity, why]")
    said = models.JSONField(default=list, help_text="What the models thought of the whole text, in sentences that quote nothing.")
    silenced = models.JSONField(default=list, help_text="As `findings`: phrases that were met and that the models took for harmless. They count for nothing.")
    words_severity = models.PositiveSmallIntegerField(null=True, help_text="What phrases alone say; empty where no model had a say.")
    second_reading_due_at = models.DateTimeField(null=True, help_text="From when every layer reads it; empty where all have, or a person has decided.")

    threshold_version = models.PositiveIntegerField()
    suggested_route = models.CharField(max_length=15, choices=Route.choices)
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    route = models.CharField(max_length=15, choices=Route.choices)

    approach = models.ForeignKey(
        Approach, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, help_text="The handling approach that acted on it."
    )
    first_look = models.CharField(  # noqa: DJ001 - its index leaves out the many at which nobody else looks first
        max_length=10, null=True, help_text="A FirstLook; empty where the safeguarding lead sees it as it comes."
    )
    burst = models.UUIDField(
        null=True, help_text="The same on captures of one burst: one pupil, one theme, never ten quiet minutes between."
    )
    is_folded = models.BooleanField(default=False, help_text="While it waits it stands under a more serious one of its burst.")
    snoozed_until = models.DateTimeField(null=True, help_text="Put off by a person; it comes back by itself.")

    state = models.CharField(max_length=15, choices=State.choices, default=State.NEW)
    is_open = models.BooleanField(default=True)
    tab = models.GeneratedField(expression=_TAB, output_field=models.CharField(max_length=12), db_persist=True)
    revision = models.PositiveIntegerField(default=1, help_text="Grows with each decision: the stale-edit guard.")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="Whom it was passed to."
    )
    assigned_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    assigned_at = models.DateTimeField(null=True)
    assigned_seen_at = models.DateTimeField(null=True, help_text="When they first opened it since: the receipt.")
    grade = models.PositiveSmallIntegerField(null=True)
    false_positive = models.CharField(max_length=20, choices=FalsePositive.choices, blank=True)
    graded_at = models.DateTimeField(null=True)
    graded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    action_sealed = models.BinaryField(default=bytes)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    kept_why = models.CharField(max_length=20, choices=Kept.choices)
    kept_from = models.DateField(help_text="The day from which its time is counted.")
    keep_until = models.DateField(help_text="Its last day, where nothing holds it.")
    parts_until = models.DateField(null=True, help_text="The last day of its picture and earlier lines; empty where it has none.")
    told_of_end = models.PositiveSmallIntegerField(default=0, help_text="How often the safeguarding lead was told that it will go unreviewed.")
    told_of_end_on = models.DateField(null=True)

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
            models.Index(fields=["school", "-observed_at"], name="capture_happened"),
            models.Index(fields=["account", "-observed_at"], name="capture_of_account"),
            models.Index(fields=["burst"], name="capture_of_burst"),
            models.Index(fields=["snoozed_until"], name="capture_snoozed"),
            models.Index(
                fields=["second_reading_due_at"], name="capture_second_reading", condition=Q(second_reading_due_at__isnull=False)
            ),
            models.Index(fields=["assigned_to"], name="capture_assigned", condition=Q(assigned_to__isnull=False)),
            models.Index(fields=["school", "first_look", "-arrived_at"], name="capture_first_look", condition=Q(first_look__isnull=False)),
            models.Index(fields=["approach", "-observed_at"], name="capture_of_approach", condition=Q(approach__isnull=False)),
            models.Index(fields=["school", "keep_until"], name="capture_kept"),
            models.Index(fields=["school", "parts_until"], name="capture_parts_kept"),
        ]

    def set_dates(self, days: Mapping[Kept, int], *, arrived_on: date) -> None:
        """Say how long it is kept, as it arrives."""
        keeping = keep_until(
            state=self.state, route=self.route, severity=self.severity, grade=None, is_false_positive=False, arrived_on=arrived_on, decided_on=None, days=days
        )
        self.kept_why, self.kept_from, self.keep_until = keeping.why, keeping.since, keeping.until
        self.parts_until = arrived_on + timedelta(days=days[Kept.PARTS]) if self.picture_blob or self.before_sealed else None


class CaptureNote(models.Model):
    """A note on a capture: authored, timed, never changed; a correction is another note."""

    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text_sealed = models.BinaryField(default=bytes)


class PictureSeal(models.Model):
    """A picture that was sealed: closed to everybody. The capture's row names it no longer, so nothing that opens pictures finds it.

    Its file `blob` is encrypted with a key of its own, which only `key_sealed` holds. It outlives the capture, also as the
    record of a destruction: who asked, who agreed, when, and the reference.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="picture_seals")
    number = models.BigIntegerField(unique=True, help_text="The capture's number.")
    capture = models.OneToOneField(Capture, null=True, on_delete=models.SET_NULL, related_name="picture_seal")
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    blob = models.CharField(max_length=100, blank=True, help_text="Empty once destroyed.")
    key_sealed = models.BinaryField(default=bytes, help_text="Empty once destroyed.")
    left_behind = models.CharField(max_length=100, blank=True, help_text="A file that must still be overwritten and removed.")
    agency = models.CharField(max_length=20, choices=Agency.choices, blank=True, help_text="Who advised to destroy it.")
    reference_sealed = models.BinaryField(default=bytes, help_text="The agency's reference.")
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    destroyed_at = models.DateTimeField(null=True)
    destroyed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_by=None) | (Q(asked_by__isnull=False) & ~Q(destroyed_by=F("asked_by"))),
                name="picture_destroyed_by_two",
            )
        ]
        indexes = [models.Index(fields=["left_behind"], name="picture_left_behind", condition=~Q(left_behind=""))]


class Reader(models.Model):
    """How somebody likes to read captures."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="+")
    greyscale = models.BooleanField(default=False, help_text="Pictures are shown without colour.")


class Decision(models.Model):
    """One decision of a person on one capture, with the values before it: what undoing puts back. Of a text only its ciphertext."""

    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=15, choices=DecisionKind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    revision = models.PositiveIntegerField(help_text="The capture's revision after it.")
    before = models.JSONField(default=dict)
    action_sealed = models.BinaryField(default=bytes, help_text="What was done, as it stood before.")
    batch = models.UUIDField(null=True, help_text="The same on decisions made with one press.")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["capture", "-revision"], name="decision_newest"),
            models.Index(fields=["batch"], name="decision_of_batch"),
        ]


class SavedView(models.Model):
    """Filters of the queue that somebody keeps under a name, for themselves."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500, help_text="The filters as the address writes them: ids and choices, never a name.")
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_name_once")]


class Preference(models.Model):
    """How one person likes to work: their keys, and whether a decision goes on to the next capture."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    keys_on = models.BooleanField(default=True)
    keys = models.JSONField(default=dict, help_text="{action: keys}, where they differ from the defaults.")
    goes_on = models.BooleanField(default=True)


class Viewing(models.Model):
    """Somebody has a capture open now. It counts for a minute and says nothing of what was read."""

    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="viewings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["capture", "user"], name="viewing_once")]


class Hold(models.Model):
    """Nothing of this capture, or of this pupil, is deleted until somebody releases it. On `review_on` somebody looks at it again."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="holds")
    capture = models.ForeignKey(Capture, null=True, on_delete=models.SET_NULL, related_name="holds")
    number = models.BigIntegerField(null=True, help_text="The capture's number, also when it is gone.")
    pupil = models.ForeignKey(Pupil, null=True, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=20, choices=HoldReason.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    review_on = models.DateField()
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number=None) ^ Q(pupil=None), name="hold_of_capture_or_pupil"),
            models.UniqueConstraint(fields=["school", "number"], condition=Q(released_at=None), name="hold_of_capture_once"),
            models.UniqueConstraint(fields=["school", "pupil"], condition=Q(released_at=None), name="hold_of_pupil_once"),
        ]


class RetentionChoice(models.Model):
    """For how many days a school keeps one kind, from a day on. Rows are only added: the newest that counts already is in force."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="retention_choices")
    kind = models.CharField(max_length=20, choices=Kept.choices)
    days = models.PositiveIntegerField()
    counts_from = models.DateField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["school", "kind", "-id"], name="retention_choice_newest")]


class Deletion(models.Model):
    """What one step of a night deleted: ids, kind, count, dates and the period in force. Never content."""

    school = models.ForeignKey(School, null=True, on_delete=models.CASCADE, related_name="deletions")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    ids = models.JSONField(default=list)
    oldest = models.DateField(null=True)
    newest = models.DateField(null=True)
    days = models.PositiveIntegerField(null=True, help_text="The period in force.")

    class Meta:
        indexes = [models.Index(fields=["school", "-at"], name="deletion_newest")]
