"""Who has many schools sees them in a grid; whoever runs all of a trust's sets its defaults."""

from __future__ import annotations

from django.utils import timezone

from heedful.people.actions import add_staff
from heedful.people.models import School, Trust
from heedful.people.rules import RoleName
from tests.personas.people import Persona, Place


def test_a_lead_of_two_schools_sees_both_and_sets_the_trusts_defaults(dsl: Persona, larkfield: Place, marsh_end: Place) -> None:
    assert dsl.opens("programme")["Location"] == f"/programme/{larkfield.school.pk}/", "one school: straight to its board"
    trust = Trust.objects.create(name="Four Rivers Trust")
    School.objects.filter(pk__in=[larkfield.school.pk, marsh_end.school.pk]).update(trust=trust)
    assert dsl.opens("trust_defaults", trust.pk).status_code == 404, "not in every school of the trust yet"
    add_staff(school=marsh_end.school, email=larkfield.staff["dsl"].email, name="", roles=[RoleName.DSL], now=timezone.now())
    page = dsl.opens("programme")
    assert page.status_code == 200
    assert [board.school.name for board in page.context["boards"]] == ["Larkfield Academy", "Marsh End School"]
    wrong = dsl.posts("trust_defaults", trust.pk, name="capture_from", value="ten")
    assert wrong.status_code == 422
    assert "a severity from 1 to 5" in wrong.content.decode()
    assert dsl.posts("trust_defaults", trust.pk, name="capture_from", value="1", is_locked="on").status_code == 302
    larkfield.school.refresh_from_db()
    assert larkfield.school.capture_from == 1
