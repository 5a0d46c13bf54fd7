"""The register of policies, and the clauses behind themes and deeds."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from heedful.programme.policies.actions.linking import link_section
from heedful.programme.policies.actions.register import Approval, Facts, Upload, add_policy, add_version
from heedful.programme.policies.models import Policy, PolicyLink, PolicySection
from heedful.programme.policies.rules import Kind, Target
from tests.personas.people import Place
from tests.personas.table import Row, Subjects, only

SCHOOL, POLICY, ANOTHER, VERSION, LINK = "school", "a policy", "another policy", "a version of a policy", "a clause that is linked"
CHANGED, ANOTHER_CHANGED, CHANGED_LINK = "a policy that was changed", "another policy that was changed", "a clause that waits"
SEES = ("dsl", "deputy", "behaviour_lead", "technician", "head", "governor")
RUNS = ("dsl", "deputy", "head")

ROWS = (
    Row("policies", only(200, *SEES), (SCHOOL,)),
    Row("policy_add", only(200, *RUNS), (SCHOOL,)),
    Row("policy_add", only(422, *RUNS), (SCHOOL,), {}),
    Row("policy_clauses", only(200, *SEES), (SCHOOL,)),
    Row("policy_links", only(200, *SEES), (SCHOOL,)),
    Row("policy_link", only(422, *RUNS), (SCHOOL,), {}),
    Row("policy_unlink", only(302, *RUNS), (SCHOOL, LINK), {}),
    Row("policy_unlink", only(404), (SCHOOL, "1000000"), {}),
    Row("policy_file", only(200, *SEES), (SCHOOL, VERSION)),
    Row("policy_file", only(404), (SCHOOL, "1000000")),
    Row("policy", only(200, *SEES), (SCHOOL, POLICY)),
    Row("policy", only(404), (SCHOOL, "1000000")),
    Row("policy_version", only(200, *RUNS), (SCHOOL, POLICY)),
    Row("policy_version", only(422, *RUNS), (SCHOOL, POLICY), {}),
    Row("policy_change", only(200, *RUNS), (SCHOOL, POLICY)),
    Row("policy_change", only(422, *RUNS), (SCHOOL, POLICY), {}),
    Row("policy_withdraw", only(422, *RUNS), (SCHOOL, POLICY), {}),
    Row("policy_withdraw", only(302, *RUNS), (SCHOOL, ANOTHER), {"reason": "Merged"}),
    Row("policy_headings", only(200, *RUNS), (SCHOOL, POLICY)),
    Row("policy_headings", only(302, *RUNS), (SCHOOL, POLICY), {"heading": "0"}),
    Row("policy_sign", only(422, *RUNS), (SCHOOL, POLICY), {"as": "safeguarding"}),
    Row("policy_confirm", only(200, *SEES), (SCHOOL, CHANGED)),
    Row("policy_decide", only(422, *RUNS), (SCHOOL, CHANGED, CHANGED_LINK), {"section": ""}),
    Row("policy_decide", only(302, *RUNS), (SCHOOL, ANOTHER_CHANGED, CHANGED_LINK), {"do": "unlink"}),
    Row("policy_decide", only(404), (SCHOOL, POLICY, "1000000"), {}),
)


def a_policy(place: Place) -> Policy:
    """A new one for each question, so that no row depends on another."""
    facts = Facts("Procedure for images", (Kind.INDECENT_IMAGES,), None, date(2030, 9, 1))
    return add_policy(
        school_id=place.school.pk, facts=facts, approval=Approval("v1", "Governors", date(2026, 9, 1)), source=Upload("a.md", b"# Seal\n\nAt once.\n"),
        viewer=place.staff["dsl"], now=timezone.now(),
    )  # fmt: skip


def a_link(place: Place) -> PolicyLink:
    section = PolicySection.objects.get(version__policy=a_policy(place))
    return link_section(school_id=place.school.pk, section_id=section.pk, target=Target("nudes"), viewer=place.staff["dsl"], now=timezone.now())


def a_changed_link(place: Place) -> PolicyLink:
    link = a_link(place)
    add_version(
        policy_id=link.section.version.policy_id, approval=Approval("v2", "Governors", date(2026, 10, 1)), next_review_on=date(2030, 9, 1),
        source=Upload("a.md", b"# Seal\n\nAt once, and tell the lead.\n"), viewer=place.staff["dsl"], now=timezone.now(),
    )  # fmt: skip
    return link


def newest_link(place: Place) -> PolicyLink:
    """The link of the policy that the argument before it made."""
    return PolicyLink.objects.filter(school=place.school).order_by("-pk")[0]


SUBJECTS: Subjects = {
    POLICY: lambda place: str(a_policy(place).pk),
    ANOTHER: lambda place: str(a_policy(place).pk),
    VERSION: lambda place: str(a_policy(place).versions.get().pk),
    LINK: lambda place: str(a_link(place).pk),
    CHANGED: lambda place: str(a_changed_link(place).section.version.policy_id),
    ANOTHER_CHANGED: lambda place: str(a_changed_link(place).section.version.policy_id),
    CHANGED_LINK: lambda place: str(newest_link(place).pk),
}
