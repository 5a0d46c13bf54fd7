"""The one page of a pilot, with whatever form has something to say."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.queries import groups_of
from heedful.programme.pilot.forms import ApproachForm, AudienceForm, DecisionForm, ScopeForm, TargetsForm
from heedful.programme.pilot.models import Pilot
from heedful.programme.pilot.queries import (
    ApproachLine,
    PilotPage,
    audience_of,
    fault_of_audience,
    in_force,
    may_run,
    newest_pilot,
    pilot_page,
    pilots_of,
    sites_of,
    staff_to_tell,
)
from heedful.programme.pilot.rules import PilotState, Success
from heedful.programme.steps import Step
from heedful.programme.working_group.queries import decisions_of


@dataclass(frozen=True)
class Bound:
    """A form that came back with a fault, and which it is: `scope`, `approach`, `approach-7`, `targets`, `audience`, `decision-7`."""

    key: str = ""
    form: Form | None = None
    fault: str = ""


@dataclass(frozen=True)
class Forms:
    """The forms of the page by key; those of approaches and decisions by the approach's number."""

    scope: Form | None = None
    approach: Form | None = None
    targets: Form | None = None
    audience: Form | None = None
    changing: dict[int, Form] = field(default_factory=dict)
    deciding: dict[int, Form] = field(default_factory=dict)


def show_pilot(request: SignedIn, school: School, row: Pilot | None = None, *, bound: Bound | None = None, status: int = 200) -> HttpResponse:
    """The newest pilot, or the one asked for."""
    now, bound = timezone.now(), bound or Bound()
    row = row or newest_pilot(school.pk)
    page = pilot_page(row, now=now) if row else None
    runs = may_run(request.user, school.pk)
    forms = _forms(school, page, bound) if runs else Forms()
    context = {
        "school": school,
        "step": Step.PILOT,
        "page": page,
        "runs": runs,
        "forms": forms,
        "approaches": [(each, forms.changing.get(each.id), forms.deciding.get(each.id)) for each in page.approaches] if page else [],
        "bound": bound,
        "audience": audience_of(school.pk),
        "audience_fault": fault_of_audience(school.pk),
        "in_force": in_force(school.pk),
        "others": [each for each in pilots_of(school.pk) if row is None or each.pk != row.pk],
        "is_newest": row is None or row.pk == getattr(newest_pilot(school.pk), "pk", None),
        "decisions": decisions_of(school.pk, about=f"pilot:{row.number}") if row else (),
    }
    return render(request, "pilot/pilot.html", context, status=status)


def _forms(school: School, page: PilotPage | None, bound: Bound) -> Forms:
    audience = AudienceForm(staff=staff_to_tell(school.pk), initial={"people": [str(each.id) for each in audience_of(school.pk)]}, prefix="audience")
    if page is None:
        return Forms(audience=_or(bound, "audience", audience))
    if page.state in {PilotState.DRAFT, PilotState.READY}:
        return _design_forms(school, page, bound, audience)
    deciding = {each.id: _or(bound, f"decision-{each.id}", _decision_form(each)) for each in page.approaches} if page.state == PilotState.RUNNING else {}
    return Forms(audience=_or(bound, "audience", audience), deciding=deciding)


def _design_forms(school: School, page: PilotPage, bound: Bound, audience: Form) -> Forms:
    row, mine = page.row, list(page.row.groups.order_by("name"))
    scope = ScopeForm(groups=groups_of(school.pk), sites=sites_of(school.pk), prefix="scope", initial={
        "groups": [str(group.pk) for group in mine], "starts_on": row.starts_on, "ends_on": row.ends_on, "sites": row.sites,
        "devices": row.devices, "one_approach_reason": row.one_approach_reason,
    })  # fmt: skip
    targets = TargetsForm(prefix="targets", initial={str(each.measure): each.goal for each in page.targets})
    changing = {
        each.id: _or(bound, f"approach-{each.id}", ApproachForm(groups=mine, prefix=f"approach-{each.id}", initial=_initial(each)))
        for each in page.approaches
    }
    return Forms(
        scope=_or(bound, "scope", scope), approach=_or(bound, "approach", ApproachForm(groups=mine, prefix="approach")),
        targets=_or(bound, "targets", targets), audience=_or(bound, "audience", audience), changing=changing,
    )  # fmt: skip


def _decision_form(line: ApproachLine) -> Form:
    initial = _initial(line) | {"verdict": line.verdict or "", "reason": line.reason}
    return DecisionForm(prefix=f"decision-{line.id}", initial=initial)


def _initial(line: ApproachLine) -> dict[str, object]:
    settings = line.settings
    return {
        "name": line.name, "first_look": settings.first_look, "groups": [str(pk) for pk in line.group_ids], "weeks": line.weeks,
        "show_from": str(settings.show_from), "notify": settings.notify, "pictures": "yes" if settings.pictures else "no",
    }  # fmt: skip


def _or(bound: Bound, key: str, fresh: Form) -> Form:
    return bound.form if bound.key == key and bound.form is not None else fresh


def goals_in_words(page: PilotPage) -> dict[Success, str]:
    """What would be good enough, by measure."""
    return {each.measure: each.goal for each in page.targets}
