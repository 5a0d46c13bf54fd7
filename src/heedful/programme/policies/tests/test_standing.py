"""The gates of this step, the signatures under the procedure for indecent images, and the reminders before a review."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from heedful.escalation.models import News, Notice
from heedful.people.actions import add_staff
from heedful.people.models import User
from heedful.people.rules import RoleName, Stage
from heedful.programme.needs import State, all_needs
from heedful.programme.policies.actions.linking import sign_version
from heedful.programme.policies.actions.register import change_policy
from heedful.programme.policies.actions.reminding import remind_of_reviews
from heedful.programme.policies.models import PolicySignature, PolicyVersion
from heedful.programme.policies.rules import Kind, RegisterRefused, SignAs
from heedful.programme.policies.tests.shelf import facts, linked, put, renewed
from heedful.thresholds.rules import THEMES
from heedful.vault.queries import forget_keys
from tests.harness.westbrook import NOW, Westbrook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.KEYS_DIR = tmp_path, tmp_path / "keys"
    forget_keys()


@pytest.fixture
def head(westbrook: Westbrook) -> User:
    return add_staff(school=westbrook.school, email="head@westbrook.example", name="Head", roles=[RoleName.HEAD], now=NOW)


def stands(westbrook: Westbrook, key: str) -> tuple[State, str]:
    found = next(need for need in all_needs() if need.key == key).look(westbrook.school.pk, NOW)
    return found.state, found.says


def test_the_three_hold_going_live_and_the_procedure_holds_the_pilot() -> None:
    live, pilot = ({need.key for need in all_needs() if stage in need.holds} for stage in (Stage.LIVE, Stage.PILOT))
    assert {"policies.safeguarding", "policies.child_protection", "policies.behaviour"} <= live
    assert "policies.indecent_images" in pilot


def test_a_kind_is_open_until_it_is_there_linked_confirmed_and_within_its_review(westbrook: Westbrook) -> None:
    key, dsl = "policies.behaviour", westbrook.dsl
    assert stands(westbrook, key) == (State.OPEN, "No behaviour policy is in the register.")
    policy = put(westbrook.school.pk, dsl, NOW)
    assert stands(westbrook, key) == (State.OPEN, "No clause of “Behaviour policy” is linked to a theme or an action.")
    linked(policy, "Bullying", dsl, NOW)
    assert stands(westbrook, key) == (State.MET, "“Behaviour policy”, September 2026: 1 clause linked, next review 1 September 2027.")
    renewed(policy, dsl, NOW)
    assert stands(westbrook, key) == (State.OPEN, "“Behaviour policy” has a new version, and its clauses wait to be confirmed.")
    change_policy(policy_id=policy.pk, facts=facts(review=date(2026, 11, 23)), viewer=dsl, now=NOW)
    assert stands(westbrook, key) == (State.OPEN, "“Behaviour policy” is past its review of 23 November 2026.")


def test_one_document_may_be_two_policies(westbrook: Westbrook) -> None:
    policy = put(westbrook.school.pk, westbrook.dsl, NOW, Kind.SAFEGUARDING, Kind.CHILD_PROTECTION)
    linked(policy, "Bullying", westbrook.dsl, NOW)
    assert [stands(westbrook, f"policies.{kind}")[0] for kind in ("safeguarding", "child_protection", "behaviour")] == [State.MET, State.MET, State.OPEN]


def test_themes_without_a_clause_are_named(westbrook: Westbrook) -> None:
    policy = put(westbrook.school.pk, westbrook.dsl, NOW)
    assert stands(westbrook, "policies.themes")[1] == "No clause stands behind suicide, self-harm, eating disorder and 15 more."
    for theme in THEMES:
        linked(policy, "Bullying", westbrook.dsl, NOW, theme=theme)
    assert stands(westbrook, "policies.themes")[0] is State.MET


def test_two_people_sign_and_a_new_version_is_signed_again(westbrook: Westbrook, head: User) -> None:
    policy = put(westbrook.school.pk, westbrook.dsl, NOW, Kind.INDECENT_IMAGES, title="Images")
    version = PolicyVersion.objects.get()
    sign_version(version_id=version.pk, signed_as=SignAs.SAFEGUARDING, viewer=westbrook.dsl, now=NOW)
    assert stands(westbrook, "policies.indecent_images") == (State.OPEN, "“Images” still needs a signature as head.")
    sign_version(version_id=version.pk, signed_as=SignAs.HEAD, viewer=head, now=NOW)
    assert stands(westbrook, "policies.indecent_images")[0] is State.MET
    renewed(policy, westbrook.dsl, NOW)
    assert stands(westbrook, "policies.indecent_images")[0] is State.OPEN
    with pytest.raises(RegisterRefused, match="newer version"):
        sign_version(version_id=version.pk, signed_as=SignAs.HEAD, viewer=head, now=NOW)


def test_nobody_signs_twice_without_the_role_or_what_is_not_signed(westbrook: Westbrook, head: User) -> None:
    put(westbrook.school.pk, westbrook.dsl, NOW, Kind.INDECENT_IMAGES)
    version = PolicyVersion.objects.get()
    with pytest.raises(RegisterRefused, match="role for this signature"):
        sign_version(version_id=version.pk, signed_as=SignAs.HEAD, viewer=westbrook.dsl, now=NOW)
    both = add_staff(school=westbrook.school, email="both@westbrook.example", name="Both", roles=[RoleName.HEAD, RoleName.DSL], now=NOW)
    sign_version(version_id=version.pk, signed_as=SignAs.HEAD, viewer=both, now=NOW)
    with pytest.raises(RegisterRefused, match="signed already"):
        sign_version(version_id=version.pk, signed_as=SignAs.SAFEGUARDING, viewer=both, now=NOW)
    other = put(westbrook.school.pk, westbrook.dsl, NOW, title="Phones")
    with pytest.raises(RegisterRefused, match="Only the procedure"):
        sign_version(version_id=other.versions.get().pk, signed_as=SignAs.HEAD, viewer=head, now=NOW)
    assert list(PolicySignature.objects.values_list("signed_as", flat=True)) == ["head"]


def test_people_are_told_of_a_review_once_at_each_stage(westbrook: Westbrook, head: User) -> None:
    policy = put(westbrook.school.pk, westbrook.dsl, NOW, review=timezone.localdate(NOW) + timedelta(days=40))
    told = []
    for day in (0, 10, 11, 33, 34, 41, 60):
        for _ in range(2):
            told.append(remind_of_reviews(now=NOW + timedelta(days=day)))
    assert told == [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
    assert News.objects.filter(kind="policy_review", url_name="policy", url_args=[westbrook.school.pk, policy.pk]).count() == 3
    assert set(Notice.objects.filter(news__kind="policy_review").values_list("recipient", flat=True)) == {westbrook.dsl.pk, head.pk}
