"""What a pilot is, and whether its design can show anything: pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import sqrt

from django.db.models import TextChoices

from heedful.people.rules import RoleName
from heedful.thresholds.approaches.rules import LooksFirst, Settings, Weeks


class PilotState(TextChoices):
    DRAFT = "draft", "Being designed"
    READY = "ready", "Designed, not started"
    RUNNING = "running", "Running"
    ENDED = "ended", "Ended"


class Verdict(TextChoices):
    """What the working group decides on an approach (D05)."""

    ADOPT = "adopt", "Adopt it as it is"
    CHANGE = "change", "Adopt it with a change"
    STOP = "stop", "Stop it"


class Success(TextChoices):
    """What a pilot may be judged by; the figures come from the page of measures."""

    RATE = "rate", "Captures per 100 pupils a week"
    FALSE_POSITIVES = "false_positives", "Share of false positives"
    FIRST_LOOK = "first_look", "Time to first look"
    DECISION = "decision", "Time to decision"
    MINUTES = "minutes", "Reviewers' minutes"
    REGRADES = "regrades", "Second grades that differ"
    MISSED = "missed", "Missed, from the weekly sample"
    RATING = "rating", "Reviewers' own rating"


class PilotRefused(Exception):
    """This can't be done with the pilot now; the text says why and what to do, for the page."""


class Weight(TextChoices):
    STOPS = "stops", "Must be put right"
    WARNS = "warns", "Worth knowing"


@dataclass(frozen=True)
class Remark:
    """One thing that the design check says, in words."""

    weight: Weight
    says: str


@dataclass(frozen=True)
class Part:
    """One approach as the check sees it. `pupils` are ids; `reporting` is how many of them a device has reported lately."""

    name: str
    settings: Settings
    groups: tuple[str, ...]
    pupils: frozenset[int]
    reporting: int
    weeks: Weeks = Weeks.EVERY


@dataclass(frozen=True)
class Design:
    """A pilot as the check sees it. `outside` is how many of its pupils no approach covers."""

    groups: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    parts: tuple[Part, ...]
    outside: int = 0
    one_approach_reason: str = ""
    has_targets: bool = False
    audience_fault: str = ""
    silent_sites: tuple[str, ...] = ()
    no_lookers: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def weeks(self) -> float:
        return ((self.ends_on - self.starts_on).days + 1) / 7 if self.starts_on and self.ends_on else 0


# Published rates of capture lie between 460 and 1,450 a year for 1,000 pupils (the project's design notes); a school year of
# England has 39 weeks. The middle of them, for 100 pupils and a week.
CAPTURES_PER_100_A_WEEK = (460 + 1450) / 2 / 10 / 39
# Below this no difference in a share that a school would act on can be told from chance.
LEAST_TO_COMPARE = 16
# Fewer than two weeks of each kind, and one unusual week decides.
LEAST_WEEKS_OF_A_KIND = 2


def expected(part: Part, weeks: float) -> float:
    """How many captures are to be expected of an approach, from published rates."""
    return len(part.pupils) / 100 * weeks * (1 if part.weeks == Weeks.EVERY else 0.5) * CAPTURES_PER_100_A_WEEK


def least_difference(captures: float) -> int:
    """The smallest difference in a share, in percentage points, that so many captures in each approach can show.

    Lehr's rule: 16 s² / d² in each group for a power of 80 % at two-sided 5 %. R. Lehr, Statistics in Medicine 11 (1992)
    1099-1102. With s² = p (1 - p) at most 1/4 it is d = 2 / sqrt(n); 100 at most.
    """
    return min(100, round(200 / sqrt(captures))) if captures > 0 else 100


def check_design(design: Design) -> tuple[Remark, ...]:
    """All that is wrong with a design, and all that is worth knowing before one relies on it. What must be put right comes first."""
    found = [*_missing(design), *_approaches(design), *_overlaps(design.parts), *_weeks(design), *_people(design), *_sizes(design)]
    return tuple(sorted(found, key=lambda remark: remark.weight != Weight.STOPS))


def _missing(design: Design) -> list[Remark]:
    says = []
    if not design.groups:
        says.append("No group is in the pilot. Choose at least one: nobody outside its groups is captured.")
    if design.starts_on is None or design.ends_on is None:
        says.append("It has no first and last day. Four to six weeks are usual.")
    elif design.ends_on < design.starts_on:
        says.append("Its last day lies before its first. Change one of them.")
    if not design.has_targets:
        says.append("Nothing says when it has succeeded. Choose at least one measure, with what would be good enough.")
    if design.audience_fault:
        says.append(design.audience_fault)
    return [Remark(Weight.STOPS, each) for each in says]


def _approaches(design: Design) -> list[Remark]:
    found = []
    if not design.parts:
        found.append(Remark(Weight.STOPS, "It tries no way of handling captures. Add two, or one with the reason why one is enough."))
    if len(design.parts) == 1 and not design.one_approach_reason.strip():
        found.append(Remark(Weight.STOPS, "It tries one approach alone. Add another, or write down why one is enough."))
    for part in design.parts:
        if not part.pupils:
            found.append(Remark(Weight.STOPS, f"“{part.name}” covers nobody: its groups have no pupil on the roll. Choose other groups."))
    for name in design.no_lookers:
        found.append(Remark(Weight.STOPS, f"“{name}”: nobody in the school has the role that looks first and is trained for it, so the safeguarding lead would see all. Give somebody the role and the training, or choose another first look."))
    for name in design.untold:
        found.append(Remark(Weight.WARNS, f"“{name}”: nobody who looks first is among those who are told. They get no notice and have to look by themselves; what must be seen today is told to the safeguarding lead. You can add them to who is told."))
    alike = [(one.name, two.name) for one, two in combinations(design.parts, 2) if one.settings == two.settings]
    found += [Remark(Weight.WARNS, f"“{one}” and “{two}” do the same. There will be nothing to compare.") for one, two in alike]
    return found


def _overlaps(parts: Sequence[Part]) -> list[Remark]:
    found = []
    for one, two in combinations(parts, 2):
        both = len(one.pupils & two.pupils)
        if both and (Weeks.EVERY in {one.weeks, two.weeks} or one.weeks == two.weeks):
            found.append(Remark(Weight.STOPS, f"{_pupils(both)} would be in “{one.name}” and in “{two.name}” in the same weeks. Give each approach groups of its own, or one the odd and the other the even weeks."))
    return found


def _weeks(design: Design) -> list[Remark]:
    kinds = {part.weeks for part in design.parts}
    found = []
    if kinds - {Weeks.EVERY} and 0 < design.weeks < 2 * LEAST_WEEKS_OF_A_KIND:
        found.append(Remark(Weight.WARNS, f"With alternate weeks each approach has fewer than {LEAST_WEEKS_OF_A_KIND} weeks: one unusual week would decide. Make it at least four weeks long."))
    if len(kinds - {Weeks.EVERY}) == 1:
        [kind] = kinds - {Weeks.EVERY}
        other = Weeks.EVEN if kind == Weeks.ODD else Weeks.ODD
        found.append(Remark(Weight.WARNS, f"Nothing acts in {other.label.lower()}: the safeguarding lead sees all then."))
    return found


def _people(design: Design) -> list[Remark]:
    found = []
    for part in design.parts:
        if part.pupils and not part.reporting:
            found.append(Remark(Weight.STOPS, f"“{part.name}”: no device has reported anybody of these groups in the last 14 days. Nothing would be captured. See the coverage page for what is missing."))
        elif part.pupils and part.reporting < len(part.pupils) / 2:
            found.append(Remark(Weight.WARNS, f"“{part.name}”: devices have reported {part.reporting} of its {_pupils(len(part.pupils))} in the last 14 days."))
    if design.outside:
        found.append(Remark(Weight.WARNS, f"{_pupils(design.outside)} of the pilot's groups are in no approach. They are captured, and the safeguarding lead sees all of theirs."))
    found += [Remark(Weight.WARNS, f"No device at “{site}” has reported in the last 14 days.") for site in design.silent_sites]
    return found


def _sizes(design: Design) -> list[Remark]:
    """How little so few captures can show, said before the pilot and not after it."""
    if not design.weeks or len(design.parts) < 2:
        return []
    found = []
    for part in design.parts:
        if not part.pupils:
            continue
        captures = expected(part, design.weeks)
        number = f"about {max(1, round(captures))} capture{'' if round(captures) <= 1 else 's'} in {round(design.weeks)} weeks"
        if captures < LEAST_TO_COMPARE:
            found.append(Remark(Weight.WARNS, f"“{part.name}” is too small to compare: its {_pupils(len(part.pupils))} may give {number}. From so few, no difference can be told from chance. What people say of it still counts. Larger groups or more weeks would help."))
        else:
            found.append(Remark(Weight.WARNS, f"“{part.name}” may give {number}. A difference in the share of false positives can be told from chance only from {least_difference(captures)} percentage points on."))
    return found


def _pupils(count: int) -> str:
    return f"{count} pupil{'' if count == 1 else 's'}"


def audience_fault(roles: Collection[frozenset[RoleName]]) -> str:
    """What is wrong with an audience, given the roles of each of its people; empty where it will do (D03)."""
    if not roles:
        return "Nobody is named who is told of captures. Choose the safeguarding lead and a second reader."
    if not any(RoleName.DSL in each for each in roles):
        return "The audience lacks the safeguarding lead. Nobody else may be the only one who is told."
    readers = {RoleName.DSL, RoleName.DEPUTY, RoleName.BEHAVIOUR}
    if sum(bool(each & readers) for each in roles) < 2:
        return "The audience needs a second reader, such as a deputy: somebody has to be told when the lead is away."
    return ""


def check_decisions(verdicts: Sequence[Verdict | None]) -> None:
    """Raise PilotRefused unless each approach has its written decision, and at most one goes into the live policy."""
    if not verdicts or None in verdicts:
        raise PilotRefused("A pilot ends with a written decision on each approach. Write down what is still missing first.")
    if sum(each in {Verdict.ADOPT, Verdict.CHANGE} for each in verdicts) > 1:
        raise PilotRefused("Two approaches can't both be in force for the whole school. Adopt one, and stop the others.")


def in_words(settings: Settings) -> tuple[str, ...]:
    """What an approach does, line by line."""
    shows = "Shows every severity" if settings.show_from == 1 else f"Shows captures from severity {settings.show_from}; what is below is recorded"
    pictures = "Pictures as the school has set them" if settings.pictures else "No pictures"
    return (LooksFirst(settings.first_look).label, shows, settings.notify.label, pictures)
