"""How training stands: one's own, each person's for those who run the programme, and the school's in numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone

from heedful.captures.queries.practice import decided_in
from heedful.people.clearance.queries import expiry_of, readers_of_school
from heedful.people.clearance.rules import NARROWED_FOR
from heedful.people.clearance.rules import Standing as Reach
from heedful.people.models import Role, User
from heedful.people.rules import RoleName
from heedful.programme.training.models import Attempt, OwnModule, PassMark, Result
from heedful.programme.training.reading import Module, read_module
from heedful.programme.training.rules import DEFAULT_PASS_MARK, Standing, standing_with
from heedful.programme.training.shipped import shipped_modules

AWARENESS = "awareness"
STILL_COUNTS = frozenset({Standing.DONE, Standing.ENDS_SOON})
BEHIND = frozenset({Standing.OVERDUE, Standing.ENDED})


@dataclass(frozen=True)
class Marks:
    """What counts as passed, in percent, and why."""

    modules: int = DEFAULT_PASS_MARK
    practice: int = DEFAULT_PASS_MARK
    reason: str = ""


@dataclass(frozen=True)
class MyReading:
    """How far the viewer's own clearance reaches. Nothing of it for somebody whose role reads no captures."""

    standing: Reach
    expires_on: date | None
    closes_on: date | None  # after that day nothing is open, where the clearance has run out
    days_left: int | None
    is_trained: bool

    @property
    def is_cleared(self) -> bool:
        return self.standing == Reach.CLEARED


@dataclass(frozen=True)
class Item:
    """One module of one person, and how they stand with it."""

    module: Module
    standing: Standing
    expires_on: date | None
    last: Result | None
    stands_in: bool  # the short path counts for it now

    @property
    def is_behind(self) -> bool:
        return self.standing in BEHIND


@dataclass(frozen=True)
class Learner:
    """One person of the central record."""

    user: User
    roles: frozenset[RoleName]
    items: tuple[Item, ...]
    practice: Attempt | None
    practice_ends: date | None
    reads: bool

    @property
    def behind(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.is_behind)


@dataclass(frozen=True)
class SchoolStanding:
    """How training stands in a school, in numbers and the names of those who are missing, for the board and the gates."""

    leads: int
    leads_trained: int
    readers: int
    readers_trained: int
    staff: int
    staff_aware: int
    untrained: tuple[str, ...]  # readers

    @property
    def are_leads_trained(self) -> bool:
        return 0 < self.leads == self.leads_trained

    @property
    def are_readers_trained(self) -> bool:
        return 0 < self.readers == self.readers_trained


def marks_of(school_id: int) -> Marks:
    """The pass marks in force."""
    row = PassMark.objects.filter(school_id=school_id).order_by("-id").first()
    return Marks(row.modules, row.practice, row.reason) if row else Marks()


def catalogue_of(school_id: int) -> tuple[Module, ...]:
    """Every module of the school, Heedful's own and those that it added."""
    rows = OwnModule.objects.filter(school_id=school_id, withdrawn_at=None).order_by("key").values_list("pk", "key", "text")
    return (*shipped_modules(), *(_own(pk, key, text) for pk, key, text in rows))


@lru_cache(maxsize=64)
def _own(pk: int, key: str, text: str) -> Module:
    return read_module(key, text, name=key, is_own=True)  # it was read when it was taken; the key says which


def module_of(school_id: int, key: str) -> Module | None:
    return next((module for module in catalogue_of(school_id) if module.key == key), None)


def roles_in(user: User, school_id: int) -> frozenset[RoleName]:
    """The roles of this person in this school."""
    return frozenset(RoleName(name) for name in Role.objects.filter(user=user, school_id=school_id).values_list("name", flat=True))


def expiries_of(user: User, school_id: int) -> dict[str, date]:
    """By module: the last day of what this person passed."""
    return _latest(Result.objects.filter(user=user, school_id=school_id, passed=True))


def practice_end_of(user: User, school_id: int) -> date | None:
    """The last day on which a passed practice counts."""
    rows = Attempt.objects.filter(user=user, school_id=school_id, passed=True)
    return rows.order_by("-expires_on").values_list("expires_on", flat=True).first()


def running_attempt(user: User, school_id: int) -> Attempt | None:
    """The deck that this person has begun and not finished."""
    return Attempt.objects.filter(user=user, school_id=school_id, finished_at=None).first()


@dataclass(frozen=True)
class Practising:
    """What the bar above the page says while somebody practises. `school_id` is the real school."""

    school_id: int
    left: int
    total: int


def practising_now(viewer: User) -> Practising | None:
    """The deck in which the viewer is working at the moment; None for everybody who is not practising."""
    if viewer.practising_in is None:
        return None
    attempt = Attempt.objects.filter(user=viewer, finished_at=None, school__practice_schools=viewer.practising_in).first()
    if attempt is None:
        return None
    decided = decided_in(viewer.practising_in)
    left = sum(1 for each in decided if str(each) in attempt.dealt and not (decided[each].grade or decided[each].false_positive))
    return Practising(attempt.school_id, left, len(attempt.dealt))


def attempt_of(viewer: User, school_id: int, attempt_id: int) -> Attempt | None:
    """A finished go of the viewer's own."""
    return Attempt.objects.filter(pk=attempt_id, user=viewer, school_id=school_id, finished_at__isnull=False).first()


def result_of(viewer: User, school_id: int, result_id: int, *, runs: bool = False) -> Result | None:
    """A result of the viewer's own, or anybody's of the school for somebody who runs the programme."""
    rows = Result.objects.filter(pk=result_id, school_id=school_id).select_related("user", "school")
    return (rows if runs else rows.filter(user=viewer)).first()


def my_reading(viewer: User, school_id: int, *, now: datetime) -> MyReading | None:
    """The viewer's own standing in this school; None where their role reads no captures."""
    end, today = expiry_of(viewer, school_id), timezone.localdate(now)
    mine = next((reader for reader in readers_of_school(school_id, now=now) if reader.user.pk == viewer.pk), None)
    if mine is None:
        return None
    closes = end + NARROWED_FOR if end else None
    return MyReading(mine.standing, end, closes, (end - today).days if end else None, mine.is_trained)


def my_training(viewer: User, school_id: int, *, now: datetime) -> Learner | None:
    """The viewer's own line of the record."""
    return next(iter(_learners(school_id, [viewer], now)), None)


def learners_of(school_id: int, *, now: datetime) -> list[Learner]:
    """The central record: everybody active with a role in the school, governors and technicians included, by name."""
    people = User.objects.filter(roles__school_id=school_id, is_active=True).distinct().order_by("name", "pk")
    return _learners(school_id, people, now)


def attempts_of(viewer: User, school_id: int) -> list[Attempt]:
    """The viewer's finished goes, newest first."""
    return list(Attempt.objects.filter(user=viewer, school_id=school_id, finished_at__isnull=False).order_by("-id")[:10])


def own_modules_of(school_id: int) -> list[OwnModule]:
    """What the school added, in use now."""
    return list(OwnModule.objects.filter(school_id=school_id, withdrawn_at=None).select_related("by").order_by("key"))


def standing_of(school_id: int, *, now: datetime | None = None) -> SchoolStanding:
    """How training stands in the school. For the board, the gates and the rooms above; it asks no viewer."""
    now = now or timezone.now()
    readers = readers_of_school(school_id, now=now)
    learners = learners_of(school_id, now=now)
    aware = [learner for learner in learners if any(i.module.key == AWARENESS and i.standing in STILL_COUNTS for i in learner.items)]
    leads = [reader for reader in readers if reader.is_lead]
    return SchoolStanding(
        leads=len(leads), leads_trained=sum(reader.is_trained for reader in leads), readers=len(readers),
        readers_trained=sum(reader.is_trained for reader in readers), staff=len(learners), staff_aware=len(aware),
        untrained=tuple(reader.user.name for reader in readers if not reader.is_trained),
    )  # fmt: skip


def _learners(school_id: int, people: Iterable[User], now: datetime) -> list[Learner]:
    today, modules, everybody = timezone.localdate(now), catalogue_of(school_id), list(people)
    results: dict[int, list[Result]] = {}
    for result in Result.objects.filter(school_id=school_id, user__in=everybody).order_by("at", "pk"):
        results.setdefault(result.user_id, []).append(result)
    roles: dict[int, set[RoleName]] = {}
    for user_id, name in Role.objects.filter(school_id=school_id, user__in=everybody).values_list("user_id", "name"):
        roles.setdefault(user_id, set()).add(RoleName(name))
    goes = {go.user_id: go for go in Attempt.objects.filter(school_id=school_id, user__in=everybody, finished_at__isnull=False).order_by("pk")}
    ends = _practice_ends(school_id)
    readers = {reader.user.pk for reader in readers_of_school(school_id, now=now)}
    return [
        Learner(
            user, held := frozenset(roles[user.pk]), _items(user, held, modules, results.get(user.pk, []), today), goes.get(user.pk), ends.get(user.pk),
            user.pk in readers,
        )
        for user in everybody
        if user.pk in roles
    ]  # fmt: skip


def _items(user: User, roles: frozenset[RoleName], modules: Iterable[Module], results: list[Result], today: date) -> tuple[Item, ...]:
    ends = _latest_of(results)
    last = {result.module: result for result in results}
    stand_ins = {module.stands_in_for: ends[module.key] for module in modules if module.stands_in_for and ends.get(module.key, date.min) >= today}
    items = []
    for module in modules:
        if not module.is_for(roles) or module.stands_in_for:
            continue
        end, stands_in = ends.get(module.key), False
        if module.key in stand_ins and (end is None or end < today):
            end, stands_in = stand_ins[module.key], True
        standing = standing_with(expires_on=end, joined_on=timezone.localdate(user.joined_at), today=today)
        items.append(Item(module, standing, end, last.get(module.key), stands_in))
    return tuple(items)


def _practice_ends(school_id: int) -> dict[int, date]:
    ends: dict[int, date] = {}
    for user_id, end in Attempt.objects.filter(school_id=school_id, passed=True).values_list("user_id", "expires_on"):
        ends[user_id] = max(end or date.min, ends.get(user_id, date.min))
    return ends


def _latest(results: Iterable[Result]) -> dict[str, date]:
    return _latest_of(list(results))


def _latest_of(results: list[Result]) -> dict[str, date]:
    ends: dict[str, date] = {}
    for result in results:
        if result.passed and result.expires_on is not None:
            ends[result.module] = max(result.expires_on, ends.get(result.module, date.min))
    return ends
