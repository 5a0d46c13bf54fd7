"""Trusts, schools and their stage, groups, pupils, accounts; staff with roles, grants and bars."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from heedful.people.rules import AgeBand, RoleName, Stage

SOURCE_ID_LENGTH = 120


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A member of staff who may sign in. What they may do follows from their roles, never from a flag here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    signed_out_at = models.DateTimeField(null=True, blank=True, help_text="Sessions that began before are over, wherever they are.")

    practising_in: int | None = None  # set for the length of a request: the practice school, where this person's rights then end

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Trust(models.Model):
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


def _new_test_phrase() -> str:
    """A harmless phrase unique to a school: three words that nobody writes together."""
    return f"heedful test {uuid.uuid4().hex[:8]}"


class School(models.Model):
    trust = models.ForeignKey(Trust, null=True, blank=True, on_delete=models.PROTECT, related_name="schools")
    name = models.CharField(max_length=200)
    stage = models.CharField(max_length=20, default=Stage.SET_UP)
    launch_on = models.DateField(null=True, blank=True, help_text="The date told to everybody; set by the launch, which keeps its history.")
    live_by_group = models.BooleanField(default=False, help_text="Live, but only for groups that are live: the rest follow later.")
    capture_from = models.PositiveSmallIntegerField(default=2)
    pictures = models.BooleanField(default=False)
    monitors_staff = models.BooleanField(default=False)
    hours = models.JSONField(default=list, help_text="Windows {days, from, to}; empty is always.")
    private_hosts = models.JSONField(default=list)
    help_lines = models.JSONField(default=list)
    next_read = models.CharField(max_length=200, default="A member of staff reads these on school days.")
    test_phrase = models.CharField(max_length=60, default=_new_test_phrase, unique=True)
    roll_version = models.PositiveIntegerField(default=0, help_text="Goes up with each import; its update puts imports in a line.")
    roll_org = models.CharField(
        max_length=SOURCE_ID_LENGTH, blank=True, default="", help_text="The school's sourcedId in a trust's OneRoster export."
    )
    practice_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="practice_schools",
        help_text="Set on a practice school, where nothing is real: the school whose member of staff practises in it.",
    )  # fmt: skip
    practice_for = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="Its one learner.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice_of", "practice_for"], name="practice_school_once"),
            models.CheckConstraint(
                condition=Q(practice_of=None, practice_for=None) | Q(practice_of__isnull=False, practice_for__isnull=False),
                name="practice_school_has_its_learner",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TrustDefault(models.Model):
    """What a trust sets for its schools. Where it `is_locked`, a school may be stricter and never looser."""

    trust = models.ForeignKey(Trust, on_delete=models.CASCADE, related_name="defaults")
    name = models.CharField(max_length=40)
    value = models.JSONField()
    is_locked = models.BooleanField(default=False)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trust", "name"], name="trust_default_once")]


class SettingChange(models.Model):
    """Why a school's settings were changed: a person's words, which have no place in the audit chain. The chain keeps the number of this row."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="setting_changes")
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settings = models.JSONField(default=list, help_text="The names of what was changed.")
    reason = models.CharField(max_length=500)


class Group(models.Model):
    """A class, year or other set of pupils; `in_pilot` says whether the pilot covers it, `is_live` whether a school that goes live by group has it live.

    Of a group that came `from_roll`, imports keep the members; the others are people's own.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=80)
    in_pilot = models.BooleanField(default=False)
    is_live = models.BooleanField(default=False)
    from_roll = models.BooleanField(default=False)
    source_id = models.CharField(max_length=SOURCE_ID_LENGTH, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="group_name_once")]

    def __str__(self) -> str:
        return self.name


class Pupil(models.Model):
    """A pupil, on the roll or gone (`left_on`). `source_id` is the school's own number for them: it stays when a name changes.

    What came `from_roll`, imports keep; who was put there by hand, only a person takes away.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="pupils")
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    year_group = models.PositiveSmallIntegerField(null=True, blank=True, help_text="0 (Reception) to 13; empty where no year is known.")
    age_band = models.CharField(max_length=10, default=AgeBand.UNKNOWN)
    tutor_group = models.CharField(max_length=20, blank=True)
    groups = models.ManyToManyField(Group, related_name="pupils", blank=True)
    left_on = models.DateField(null=True, blank=True)
    source_id = models.CharField(max_length=SOURCE_ID_LENGTH, blank=True, default="")
    from_roll = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "source_id"], condition=~Q(source_id=""), name="pupil_source_id_once"),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Account(models.Model):
    """An address or user name as devices report it, and whose it is. `shared` accounts never name a pupil for certain.

    One that devices report and nobody has put on the roll has neither pupil nor staff and isn't shared: it is *unmatched*.
    A closed account still says whose it was.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="accounts")
    address = models.CharField(max_length=254)
    pupil = models.ForeignKey(Pupil, null=True, blank=True, on_delete=models.CASCADE, related_name="accounts")
    staff = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="accounts")
    shared = models.BooleanField(default=False)
    from_roll = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)
    first_seen_at = models.DateTimeField(null=True, blank=True, help_text="When a device first reported it.")
    last_seen_at = models.DateTimeField(null=True, blank=True, help_text="Within a day.")

    class Meta:
        constraints = [models.UniqueConstraint("school", Lower("address"), name="account_address_once")]
        indexes = [
            models.Index(
                fields=["school", "last_seen_at"],
                condition=Q(pupil=None, staff=None, shared=False, last_seen_at__isnull=False),
                name="account_unmatched",
            )
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"

    @property
    def is_unmatched(self) -> bool:
        """Whether nobody has said whose it is."""
        return self.pupil_id is None and self.staff_id is None and not self.shared

    @property
    def is_in_doubt(self) -> bool:
        """Whether its use says less of who it was than the device thinks: nobody's, or closed and used all the same."""
        return self.is_unmatched or self.closed_on is not None


class StaffRecord(models.Model):
    """A member of staff as the roll of one school knows them; their roles are given by people, never by an import beyond `staff`."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="staff_records")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_records")
    source_id = models.CharField(max_length=SOURCE_ID_LENGTH, blank=True, default="")
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "user"], name="staff_record_once"),
            models.UniqueConstraint(fields=["school", "source_id"], condition=~Q(source_id=""), name="staff_source_id_once"),
        ]


class RollImport(models.Model):
    """One reading of the roll: what came, what it would change or changed, and the rows that could not be read. No names.

    The files themselves lie sealed in the vault under `upload`, from the reading until they are used or an hour is over.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="roll_imports")
    made_at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=10, help_text="By which way it came: page, command or folder.")
    kind = models.CharField(max_length=20, blank=True)
    org = models.CharField(max_length=SOURCE_ID_LENGTH, blank=True, default="", help_text="The school's sourcedId, where it was given.")
    state = models.CharField(max_length=20)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    difference_hash = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    braked = models.JSONField(default=list, help_text="The parts of the roll of which too much would change.")
    row_ids = models.JSONField(default=dict, help_text="Ids of the rows that it changes, by what happens to them.")
    problems = models.JSONField(default=list, help_text="Rows that could not be read: file, line, column, what and the way out.")
    problem_count = models.PositiveIntegerField(default=0)
    files = models.JSONField(default=dict, help_text="SHA-256 of each file that was read, by the name that the format gives it.")
    upload = models.CharField(max_length=36, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["school", "-made_at"], name="roll_import_newest")]


class Role(models.Model):
    """One role of one person in one school; see `people.rules.RIGHTS` for what it allows."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(max_length=20, choices=[(role.value, role.label) for role in RoleName])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "school", "name"], name="role_once")]


class StrandMember(models.Model):
    """This person stands for this strand in the school's working group; set by the programme."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="strands")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="strand_members")
    strand = models.CharField(max_length=20)  # a Strand, or empty: a member from outside the three

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "school", "strand"], name="strand_member_once")]


class PilotAudience(models.Model):
    """While the school is in its pilot, notices about captures go to these people and to nobody else (D03)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="pilot_audience")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "school"], name="pilot_audience_once")]


class ContentGrant(models.Model):
    """The DSL lets a person without content open captures, for a while and for a reason (G02)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="content_grants")
    school = models.ForeignKey(School, on_delete=models.CASCADE)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()


class Bar(models.Model):
    """This person may see nothing of this pupil: own child, relative, person named."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bars")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "pupil"], name="bar_once")]


class ReadingLock(models.Model):
    """This person read far more than triage needs in a few minutes: until another lead lifts it, no capture is open to them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reading_locks")
    locked_at = models.DateTimeField()
    reads = models.PositiveIntegerField(help_text="What was counted; see `people.reading.rules`.")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was lifted.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], condition=Q(lifted_at=None), name="reading_lock_once")]


class Clearance(models.Model):
    """This person was trained to open live captures in this school, and until when it counts. Rows are only added: the latest end counts."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="clearances")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="clearances")
    path = models.CharField(max_length=20, help_text="How they came by it: a Path.")
    passed_on = models.DateField()
    expires_on = models.DateField(help_text="Its last day.")

    class Meta:
        indexes = [models.Index(fields=["school", "user", "-expires_on"], name="clearance_latest")]


class BrokenGlass(models.Model):
    """Somebody opened captures to themselves without a clearance, for an emergency: with a reason, for hours, and the head was told."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="broken_glass")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="broken_glass")
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
