"""Who may do what: pure, no database."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices


class Stage(TextChoices):
    """The stage of a school's monitoring; changed by the programme, by a person, with a reason."""

    SET_UP = "set_up", "Set up"
    PILOT = "pilot", "Pilot"
    LIVE = "live", "Live"
    UNDER_REVIEW = "under_review", "Under review"


class AgeBand(TextChoices):
    KS1 = "ks1", "5-7"
    KS2 = "ks2", "7-11"
    KS3 = "ks3", "11-14"
    KS4 = "ks4", "14-16"
    KS5 = "ks5", "16-19"
    UNKNOWN = "unknown", "Age not known"


class Strand(TextChoices):
    """The three strands of a working group (D01): each must be there, and each signs."""

    TECHNICAL = "technical", "Technical"
    BEHAVIOUR = "behaviour", "Behaviour"
    SAFEGUARDING = "safeguarding", "Safeguarding"


class RoleName(TextChoices):
    DSL = "dsl", "Designated safeguarding lead"
    DEPUTY = "deputy", "Deputy safeguarding lead"
    BEHAVIOUR = "behaviour", "Behaviour lead"
    TECHNICIAN = "technician", "IT technician"
    HEAD = "head", "Head"
    GOVERNOR = "governor", "Governor"
    STAFF = "staff", "Staff"


class Right(TextChoices):
    READ_SAFEGUARDING = "read_safeguarding"
    READ_BEHAVIOUR = "read_behaviour"
    DECIDE = "decide"  # acknowledge, grade, route, note, close what one may read
    GRANT_CONTENT = "grant_content"
    SEE_THRESHOLDS = "see_thresholds"
    SEE_DEVICES = "see_devices"
    SEE_ASSURANCE = "see_assurance"
    CHANGE_ROLL = "change_roll"  # see the roll's names, import it, mark shared accounts; nothing of what pupils wrote
    DESTROY_PICTURES = "destroy_pictures"  # with a second person: a picture that was sealed
    SEE_COVERAGE = "see_coverage"  # how much of the school is covered, in numbers
    LOOK_AFTER_COVERAGE = "look_after_coverage"  # the devices and accounts behind the numbers, tests of the phrase, terms
    MANAGE_STAFF = "manage_staff"  # add people, give and take roles, close accounts; never one's own
    LOOK_AFTER_READING = "look_after_reading"  # see who reads how much, lift a reading lock
    CHANGE_RETENTION = "change_retention"  # say for how long the school keeps what
    MATCH_ACCOUNTS = "match_accounts"  # say whose an account is that devices report and the roll doesn't know
    SEE_PROGRAMME = "see_programme"  # the deployment: its board and rooms; nothing of what pupils wrote, no pupil's name
    RUN_PROGRAMME = "run_programme"  # change what the rooms of the programme hold
    CHANGE_STAGE = "change_stage"  # move the school's monitoring to another stage


_LEAD = frozenset(
    {
        Right.READ_SAFEGUARDING, Right.READ_BEHAVIOUR, Right.DECIDE, Right.GRANT_CONTENT, Right.SEE_THRESHOLDS, Right.SEE_ASSURANCE,
        Right.CHANGE_ROLL, Right.MATCH_ACCOUNTS, Right.DESTROY_PICTURES, Right.SEE_COVERAGE, Right.LOOK_AFTER_COVERAGE,
        Right.LOOK_AFTER_READING, Right.SEE_PROGRAMME, Right.RUN_PROGRAMME,
    }
)  # fmt: skip
RIGHTS: dict[RoleName, frozenset[Right]] = {
    RoleName.DSL: _LEAD | {Right.MANAGE_STAFF, Right.CHANGE_RETENTION, Right.CHANGE_STAGE},
    RoleName.DEPUTY: _LEAD,
    RoleName.BEHAVIOUR: frozenset({Right.READ_BEHAVIOUR, Right.DECIDE, Right.SEE_THRESHOLDS, Right.SEE_PROGRAMME}),
    RoleName.TECHNICIAN: frozenset(
        {Right.SEE_DEVICES, Right.CHANGE_ROLL, Right.SEE_COVERAGE, Right.LOOK_AFTER_COVERAGE, Right.SEE_PROGRAMME}
    ),
    RoleName.HEAD: frozenset(
        {
            Right.SEE_ASSURANCE, Right.SEE_COVERAGE, Right.SEE_THRESHOLDS, Right.DESTROY_PICTURES, Right.MANAGE_STAFF, Right.LOOK_AFTER_READING,
            Right.CHANGE_RETENTION, Right.SEE_PROGRAMME, Right.RUN_PROGRAMME, Right.CHANGE_STAGE,
        }
    ),
    RoleName.GOVERNOR: frozenset({Right.SEE_ASSURANCE, Right.SEE_COVERAGE, Right.SEE_PROGRAMME}),
    RoleName.STAFF: frozenset(),
}
# Every role that sees content or changes settings signs in with a second factor.
NEEDS_SECOND_FACTOR = frozenset(RoleName) - {RoleName.STAFF}
# What a reading lock takes away: captures, and everything by which one could open them to oneself or to somebody else.
LOCKED_RIGHTS = frozenset(
    {
        Right.READ_SAFEGUARDING, Right.READ_BEHAVIOUR, Right.DECIDE, Right.GRANT_CONTENT, Right.MANAGE_STAFF, Right.LOOK_AFTER_READING,
        Right.DESTROY_PICTURES,
    }
)  # fmt: skip
# A content grant lets its holder read, never decide.
GRANTED_RIGHTS = frozenset({Right.READ_SAFEGUARDING, Right.READ_BEHAVIOUR})
# Whoever sits in the working group sees the programme and the agreed lines, whatever their role.
WORKING_GROUP_RIGHTS = frozenset({Right.SEE_PROGRAMME, Right.SEE_THRESHOLDS})


# A device that makes up names must not fill the database: past this many unmatched accounts, new ones are not kept.
MOST_UNMATCHED = 5_000
# An account's `last_seen_at` is written once in this time, so that seeing one costs a read.
SEEN_AGAIN_AFTER = timedelta(days=1)
MOST_ADDRESS_CHARACTERS = 254


def address_of(text: str) -> str:
    """An account's address or user name as it is kept and compared: trimmed, in lower case; empty where it can't be one."""
    address = text.strip().lower()
    return address if len(address) <= MOST_ADDRESS_CHARACTERS and address.isprintable() else ""


def rights_of(roles: frozenset[RoleName], *, has_grant: bool = False, is_in_working_group: bool = False) -> frozenset[Right]:
    """All rights that these roles give together in one school, with a running content grant and the working group's added."""
    if not roles:
        return frozenset()
    held = frozenset().union(*(RIGHTS[role] for role in roles))
    return held | (GRANTED_RIGHTS if has_grant else frozenset()) | (WORKING_GROUP_RIGHTS if is_in_working_group else frozenset())


def age_band_of_year(year_group: int | None) -> AgeBand:
    """The age band of an English year group (0 = Reception, to 13)."""
    if year_group is None or not 0 <= year_group <= 13:
        return AgeBand.UNKNOWN
    bounds = ((2, AgeBand.KS1), (6, AgeBand.KS2), (9, AgeBand.KS3), (11, AgeBand.KS4), (13, AgeBand.KS5))
    return next(band for last_year, band in bounds if year_group <= last_year)


# What `change_school` may set; `test_phrase` is made once and stays, and the stage is moved by the programme alone.
CHANGEABLE_SETTINGS = frozenset(
    {"capture_from", "pictures", "monitors_staff", "hours", "private_hosts", "help_lines", "next_read"}
)
MOST_GRANT_HOURS = 24


class NotFound(Exception):
    """There is no such pupil, account or import, or it is not the viewer's: the two can't be told apart."""


class AccountTaken(Exception):
    """An address is on the school's roll already; whose it is, is not said."""


class SettingRefused(Exception):
    """A school's setting is unknown or has a value that it doesn't take; the text names what it takes."""


class GrantRefused(Exception):
    """This grant can't be given; the text says why, for the page."""
