"""What a review starts from: the school's own numbers under each heading, in sentences. Small numbers are never told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count as CountOf
from django.utils import timezone

from heedful.assurance.queries import assurance_of
from heedful.assurance.reviews.rules import Heading
from heedful.assurance.rules import Count
from heedful.captures.models import Capture
from heedful.captures.rules import Source
from heedful.devices.coverage.abilities import EXTENSION, Answer
from heedful.devices.coverage.days import Calendar, Term, term_at
from heedful.devices.coverage.health import health_of, health_sentence
from heedful.devices.coverage.queries.facts import calendar_of, machines_of, terms_of
from heedful.devices.coverage.queries.health import count_school
from heedful.devices.coverage.queries.limits import library_facts
from heedful.devices.coverage.queries.matrix import group_names
from heedful.devices.coverage.queries.page import not_covered_lines
from heedful.devices.coverage.queries.proofs import proofs_in
from heedful.people.models import School, SettingChange
from heedful.programme.plan.queries import PlanFacts, plan_facts, plan_gaps
from heedful.programme.plan.rules import Kind
from heedful.programme.policies.queries.standing import policy_facts, unlinked_themes
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import THEME_TITLES
from heedful.web.templatetags.console import duration_in_words

Live = dict[Heading, tuple[str, ...]]
SINCE_NEVER = timedelta(days=365)


@dataclass(frozen=True)
class Tested:
    """How much of the school the test phrase has come through from this term (G07): groups, sites and kinds of device."""

    term: str
    groups: tuple[int, int]  # tested, all
    sites: tuple[int, int]
    kinds: tuple[int, int]

    @property
    def sentences(self) -> tuple[str, ...]:
        parts = (("groups", self.groups), ("sites", self.sites), ("kinds of device", self.kinds))
        said = [f"{done} of {whole} {what} tested" for what, (done, whole) in parts if whole]
        return (f"{self.term}: {', '.join(said)}.",) if said else (f"{self.term}: nothing to test is known yet.",)


def live_facts(school: School, *, since: datetime | None, now: datetime) -> Live:
    """Every heading with its sentences. `since` is the last closed review; without one, a year."""
    plan, start = plan_facts(school.pk), since or now - SINCE_NEVER
    return {
        Heading.RISK_PROFILE: _profile(plan),
        Heading.COVERAGE: _coverage(school, plan, now),
        Heading.TESTS: share_tested(school, now=now).sentences,
        Heading.INCIDENTS: _incidents(school, start, now),
        Heading.LIMITS: _limits(),
        Heading.OWN_DEVICES: _own_devices(plan),
        Heading.AI: _ai(school, plan, start),
        Heading.POLICIES: _policies(school, start, now),
    }


def share_tested(school: School, *, now: datetime) -> Tested:
    """Counted like the page of tests: what came through since the term began, of what the roll and the inventory have."""
    calendar = calendar_of(school)
    today = calendar.today(now)
    term = term_at(terms_of(school.pk, today), today)
    proofs = proofs_in(school.pk, term, calendar)
    machines = [machine for machine in machines_of(school.pk) if machine.is_listed or machine.seats]
    groups = group_names(school)
    sites, kinds = {machine.site for machine in machines if machine.site}, {machine.kind for machine in machines if machine.seats}
    return Tested(
        term.name.label,
        _share(groups, {proof.group for proof in proofs}),
        _share(sites, {proof.site for proof in proofs}),
        _share(kinds, {proof.kind for proof in proofs}),
    )


def theme_trends(school: School, *, now: datetime) -> tuple[tuple[str, str, str], ...]:
    """For each theme that was captured: the last term and this one, as counts that may be shown (U19)."""
    calendar = calendar_of(school)
    today = calendar.today(now)
    this = term_at(terms_of(school.pk, today), today)
    last = term_at(terms_of(school.pk, this.starts_on - timedelta(days=1)), this.starts_on - timedelta(days=1))
    counted = [_by_theme(school, calendar, term) for term in (last, this)]
    themes = [theme for theme in THEME_TITLES if any(theme in counts for counts in counted)]
    return tuple((THEME_TITLES[theme], *(str(Count(counts.get(theme, 0))) for counts in counted)) for theme in themes)  # type: ignore[misc]


def _by_theme(school: School, calendar: Calendar, term: Term) -> dict[str, int]:
    rows = Capture.objects.filter(school=school, arrived_at__gte=calendar.start_of(term.starts_on), false_positive="")
    rows = rows.filter(arrived_at__lt=calendar.start_of(term.ends_on + timedelta(days=1))).exclude(theme="")
    return {row["theme"]: row["n"] for row in rows.values("theme").annotate(n=CountOf("id"))}


def _share(names: Iterable[str], done: set[str]) -> tuple[int, int]:
    held = set(names)
    return len(held & done), len(held)


def _profile(plan: PlanFacts) -> tuple[str, ...]:
    profile = plan.profile
    if profile is None:
        return ("No risk profile has been written.",)
    happened = [f"{what.lower()}: {often}" for what, often in profile.incidents if often != "none recorded"]
    return (
        f"{profile.size} pupils, aged {profile.ages}; {profile.send} with SEND, {profile.eal} with EAL.",
        "In the two years before it was written: " + ("; ".join(happened) if happened else "nothing recorded") + ".",
        f"Written on {timezone.localtime(profile.written_at):%-d %B %Y}.",
    )


def _coverage(school: School, plan: PlanFacts, now: datetime) -> tuple[str, ...]:
    said = [health_sentence(health_of([count_school(school, now)], now)) + "."]
    said = [said[0][:1].upper() + said[0][1:]]
    said += list(plan_gaps(school, now=now))
    said += [f"Nothing yet: {gap.who}, {gap.place.label.lower()}, {gap.kind.label}." for gap in plan.gaps]
    said += list(not_covered_lines(school, machines_of(school.pk)))
    if not plan.lines:
        said.append("The monitoring plan is empty.")
    return tuple(said)


def _incidents(school: School, start: datetime, now: datetime) -> tuple[str, ...]:
    rows = Capture.objects.filter(school=school, graded_at__gt=start, false_positive="")
    by_grade = {row["grade"]: row["n"] for row in rows.values("grade").annotate(n=CountOf("id"))}
    said = [f"Graded {grade} since {timezone.localtime(start):%-d %B %Y}: {Count(by_grade.get(grade, 0))}." for grade in (5, 4, 3)]
    month = assurance_of(school, now=now)
    said.append("Median time to a first look, four weeks: " + ("too few to say." if month.first_look is None else f"{duration_in_words(month.first_look)}."))
    share = month.false_positive_percent
    said.append("False positives, four weeks: " + ("too few to say." if share is None else f"{share} %."))
    said.append(f"Urgent ones acknowledged late, four weeks: {month.late}.")
    return tuple(said)


def _limits() -> tuple[str, ...]:
    library = library_facts()
    not_seen = [ability.what for ability in EXTENSION.abilities if ability.answer == Answer.NO]
    return (
        "Not seen: " + "; ".join(each[:1].lower() + each[1:] if not each.startswith(("Google", "PDF")) else each for each in not_seen) + ".",
        f"Languages of the library: {', '.join(library.languages)}; {library.phrases:,} phrases.",
        "Nothing found is no proof: a child can be in danger without writing a word.",
    )


def _own_devices(plan: PlanFacts) -> tuple[str, ...]:
    said = [f"Pupils' own devices: {plan.profile.own_devices.lower()}."] if plan.profile else []
    said += [f"{line.who}, {line.place.label.lower()}: {line.method.label.lower()}. {line.reason}" for line in plan.lines if line.kind == Kind.OWN]
    return (*said, "With the school's account signed in on a device of a pupil's own, the extension does nothing.")


def _ai(school: School, plan: PlanFacts, start: datetime) -> tuple[str, ...]:
    tools = [f"{tool.name}: {tool.used_by.lower()}, since {tool.since:%-d %B %Y}." for tool in plan.ai_tools]
    typed = Capture.objects.filter(school=school, source=Source.AI_CHAT, arrived_at__gt=start).count()
    return (*(tools or ["No tool is on the register."]), f"Captures of what was typed to an AI chat: {Count(typed)}.")


def _policies(school: School, start: datetime, now: datetime) -> tuple[str, ...]:
    said = [
        f"{policy.title}: version {policy.label or policy.number}, next review {policy.next_review_on:%-d %B %Y}"
        + (", which is over." if policy.is_past_review else ".")
        for policy in policy_facts(school.pk, today=timezone.localdate(now))
    ]
    themes = [THEME_TITLES[theme] for theme in unlinked_themes(school.pk)]
    if said and themes:
        said.append(f"Themes behind which no clause stands: {', '.join(themes)}.")
    changes = SettingChange.objects.filter(school=school, at__gt=start).count()
    table = table_in_force(school.pk)
    return (
        *(said or ["No policy is on the register."]),
        f"The agreed lines in force: version {table.version}.",
        f"Changes of settings since the last review: {changes}.",
    )
