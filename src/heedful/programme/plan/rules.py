"""The risk profile and the monitoring plan: pure. Every number here is a band, so that nothing points at a pupil.

The plan may mix technical and in-person monitoring, and says which for whom: the strategies that the DfE's filtering and
monitoring standards and the UK Safer Internet Centre's "appropriate monitoring" know are physical, log file, and active.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices

from heedful.devices.rules import COVERED_KINDS, DeviceKind

ALL_PUPILS = "All pupils"
ALL_STAFF = "All staff"


class Method(TextChoices):
    HEEDFUL = "heedful", "Heedful"
    FILTER_LOG = "filter_log", "Filter log"
    IN_PERSON = "in_person", "In person"
    NOTHING_YET = "nothing_yet", "Nothing yet"


class Place(TextChoices):
    CLASSROOM = "classroom", "Classroom"
    LIBRARY = "library", "Library and open areas"
    HOME = "home", "Home"
    BOARDING = "boarding", "Boarding house"
    OFF_SITE = "off_site", "Trips and other sites"
    ANYWHERE = "anywhere", "Everywhere"


class Kind(TextChoices):
    """What pupils use there: the kinds of the inventory, and what is in no inventory."""

    CHROMEBOOK = "chromebook", "Chromebook"
    WINDOWS = "windows", "Windows"
    MAC = "mac", "Mac"
    LINUX = "linux", "Linux"
    IPAD = "ipad", "iPad"
    OTHER = "other", "Other school devices"
    ANY = "any", "Any school device"
    OWN = "own", "Pupils' own devices"
    NONE = "none", "No device"


class Size(TextChoices):
    UNDER_100 = "under_100", "under 100"
    UNDER_300 = "under_300", "100 to 299"
    UNDER_700 = "under_700", "300 to 699"
    UNDER_1200 = "under_1200", "700 to 1,199"
    MORE = "more", "1,200 or more"


class Share(TextChoices):
    UNDER_5 = "under_5", "under 5 %"
    UNDER_15 = "under_15", "5 to 14 %"
    UNDER_25 = "under_25", "15 to 24 %"
    UNDER_40 = "under_40", "25 to 39 %"
    MORE = "more", "40 % or more"


class Often(TextChoices):
    """How many incidents in the last two school years; few are never counted to the unit."""

    NONE = "none", "none recorded"
    FEW = "few", "fewer than 5"
    SOME = "some", "5 to 19"
    MANY = "many", "20 or more"


class Incident(TextChoices):
    """What has happened, in the four areas of risk of KCSIE: content, contact, conduct, commerce."""

    SELF_HARM = "self_harm", "Self-harm, suicide or eating disorder"
    CONTACT = "contact", "Grooming or exploitation"
    NUDES = "nudes", "Nudes and sexual images among pupils"
    BULLYING = "bullying", "Bullying and discrimination"
    VIOLENCE = "violence", "Violence and weapons"
    DRUGS = "drugs", "Drugs and alcohol"
    EXTREMISM = "extremism", "Extremism"
    COMMERCE = "commerce", "Gambling and scams"


class UsedBy(TextChoices):
    PUPILS = "pupils", "Pupils"
    STAFF = "staff", "Staff"
    BOTH = "both", "Pupils and staff"


class OwnDevices(TextChoices):
    NONE = "none", "Not in school"
    PHONES = "phones", "Phones, put away in lessons"
    LEARNING = "learning", "Used for learning"


class PlanRefused(Exception):
    """This can't stand in the plan; the text says why, for the page."""


@dataclass(frozen=True)
class LineValues:
    """One line as somebody wants it: for whom, where, on what, which way of monitoring and why."""

    who: str
    place: Place
    kind: Kind
    method: Method
    reason: str
    owner_id: int | None = None
    due_on: date | None = None


def check_line(values: LineValues) -> None:
    """Raise PlanRefused where a line says what can't be. A gap needs somebody who closes it, and a day."""
    if not values.who.strip():
        raise PlanRefused("Say for whom: a group, or in words.")
    if not values.reason.strip():
        raise PlanRefused("Say why. A governor will ask, and so will the DPIA.")
    if values.method == Method.NOTHING_YET and (values.owner_id is None or values.due_on is None):
        raise PlanRefused("“Nothing yet” is a gap: say who closes it, and by when.")
    if values.method == Method.HEEDFUL and values.kind == Kind.NONE:
        raise PlanRefused("Heedful runs on devices. Where there is none, monitoring is in person.")


@dataclass(frozen=True)
class Reporting:
    """What coverage sees: devices by kind in the inventory, those that reported lately, pupils seen lately by year or group."""

    listed: Mapping[str, int]
    reporting: Mapping[str, int]
    seen: Mapping[str, int]
    """For each year and group with pupils: how many of them were seen. A name that is missing is no group of the roll."""


def gap_in_words(values: LineValues, facts: Reporting) -> str:
    """What stands between a line that says Heedful and what coverage sees; empty where nothing does."""
    if values.method != Method.HEEDFUL:
        return ""
    if values.kind == Kind.OWN:
        return "Pupils' own devices are in no inventory: nothing shows whether Heedful runs there."
    if values.kind not in {*COVERED_KINDS, Kind.ANY, Kind.OTHER}:
        return f"Nothing of Heedful runs on this kind of device ({values.kind.label})."
    kinds = [str(kind) for kind in DeviceKind] if values.kind == Kind.ANY else [str(values.kind)]
    if not sum(facts.reporting.get(kind, 0) for kind in kinds):
        what = "school device" if values.kind == Kind.ANY else f"device of this kind ({values.kind.label})"
        return f"No {what} has reported in the last 30 days."
    if values.who in facts.seen and not facts.seen[values.who]:
        return f"Nobody of {values.who} was seen on a device in the last 14 days."
    return ""


def without_line(lines: Iterable[LineValues], facts: Reporting, years: Iterable[str]) -> tuple[str, ...]:
    """Kinds of the inventory and years of the roll that no line speaks of, in words."""
    held = list(lines)
    kinds = {str(line.kind) for line in held}
    gaps = []
    if str(Kind.ANY) not in kinds:
        gaps += [f"{Kind(kind).label} ({count} in the inventory)" for kind, count in facts.listed.items() if count and kind not in kinds]
    whos = {line.who for line in held}
    if ALL_PUPILS not in whos:
        gaps += [year for year in years if year not in whos]
    return tuple(gaps)


def proposal(listed: Mapping[str, int], *, owner_id: int, due_on: date) -> tuple[LineValues, ...]:
    """A plan to begin with, from the inventory: the usual lines of a school, each to be looked at by a person."""
    kinds = [Kind(kind) for kind, count in listed.items() if count]
    lines = []
    for kind in kinds or [Kind.ANY]:
        if kind == Kind.IPAD or kind == Kind.OTHER:
            lines.append(LineValues(ALL_PUPILS, Place.CLASSROOM, kind, Method.NOTHING_YET, "Heedful does not run on these. To be agreed: filter log, or in person.", owner_id, due_on))  # fmt: skip
            continue
        lines.append(LineValues(ALL_PUPILS, Place.CLASSROOM, kind, Method.HEEDFUL, "School-managed: the extension is installed for everybody by policy."))
        lines.append(LineValues(ALL_PUPILS, Place.HOME, kind, Method.HEEDFUL, "The extension goes home with the device; the hours that the school set hold there too."))
    lines.append(LineValues(ALL_PUPILS, Place.CLASSROOM, Kind.OWN, Method.IN_PERSON, "Staff see what happens in the room. The filter log shows what goes through the school's network."))
    return tuple(lines)
