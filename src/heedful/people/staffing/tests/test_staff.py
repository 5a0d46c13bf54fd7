"""Who changes whom: roles, accounts, sessions and links, on the staff pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.people.actions import add_staff, give_role
from heedful.people.adapter import STARTED
from heedful.people.models import Role, User
from heedful.people.rules import RoleName
from heedful.people.staffing.queries import staff_of
from tests.personas.people import PASSWORD, Persona, Place


@pytest.fixture(autouse=True)
def _here(settings: Any) -> None:
    cache.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PUBLIC_URL = "https://heedful.larkfield.example"


def change(persona: Persona, key: str, what: str, place: Place, **form: Any) -> Any:
    return persona.posts("staff_change", place.staff[key].pk, what, **form)


def roles_of(place: Place, key: str) -> set[str]:
    return set(Role.objects.filter(user=place.staff[key]).values_list("name", flat=True))


def invite(persona: Persona, place: Place, **form: Any) -> Any:
    given = {"school": place.school.pk, "name": "Ida Marsh", "email": "Ida.Marsh@larkfield.example", "roles": ["deputy"]} | form
    return persona.posts("staff_add", **given)


def test_who_is_added_sets_a_password_by_the_link_in_the_mail(dsl: Persona, larkfield: Place) -> None:
    answer = invite(dsl, larkfield)
    ida = User.objects.get(email="ida.marsh@larkfield.example")
    assert answer["Location"] == reverse("staff_member", args=[ida.pk])
    [message] = mail.outbox
    assert (message.to, message.subject) == (["ida.marsh@larkfield.example"], "Heedful: set your password")
    link = re.search(r"https://heedful\.larkfield\.example(/accounts/password/reset/key/\S+)", str(message.body))
    assert link
    browser = Client()
    form = browser.get(link[1], follow=True)
    browser.post(form.redirect_chain[-1][0], {"password1": "a sentence of her own", "password2": "a sentence of her own"})
    ida.refresh_from_db()
    assert ida.check_password("a sentence of her own")
    signed_in = Client().post(reverse("account_login"), {"login": ida.email, "password": "a sentence of her own"})
    assert signed_in["Location"] == "/"


def test_a_mail_server_that_is_away_loses_nobody(dsl: Persona, larkfield: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OSError

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", away)
    page = dsl.browser.get(invite(dsl, larkfield)["Location"])
    assert "The mail could not be sent" in page.content.decode()


def test_someone_known_is_given_the_roles_and_keeps_name_and_password(dsl: Persona, larkfield: Place) -> None:
    assert invite(dsl, larkfield, email=larkfield.staff["staff_member"].email, roles=["behaviour"]).status_code == 302
    person = User.objects.get(pk=larkfield.staff["staff_member"].pk)
    assert (person.name, roles_of(larkfield, "staff_member"), mail.outbox) == ("Jo Pemberton", {"staff", "behaviour"}, [])


@pytest.mark.parametrize(
    ("form", "told"),
    [({"name": ""}, "Write their name."), ({"email": "ida"}, "Enter a valid email"), ({"roles": []}, "Choose at least one role."), ({"roles": ["king"]}, "king")],
)  # fmt: skip
def test_what_is_missing_is_told_beside_its_field(form: dict[str, Any], told: str, dsl: Persona, larkfield: Place) -> None:
    answer = invite(dsl, larkfield, **form)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_role_is_given_and_taken_and_both_are_in_the_chain(dsl: Persona, larkfield: Place) -> None:
    given = {"school": larkfield.school.pk, "role": "behaviour"}
    change(dsl, "staff_member", "give", larkfield, **given)
    assert roles_of(larkfield, "staff_member") == {"staff", "behaviour"}
    change(dsl, "staff_member", "take", larkfield, **given)
    assert roles_of(larkfield, "staff_member") == {"staff"}
    entries = entries_about(larkfield.school.pk, subject_kind="user")[-2:]
    assert [(entry.action, entry.actor_id, entry.details) for entry in entries] == [
        ("role.given", str(larkfield.staff["dsl"].pk), {"role": "behaviour"}),
        ("role.taken", str(larkfield.staff["dsl"].pk), {"role": "behaviour"}),
    ]


@pytest.mark.parametrize("what", ["give", "take", "close", "unbind", "reopen"])
@pytest.mark.parametrize("who", ["dsl", "head"])
def test_nobody_changes_their_own_roles_or_account(who: str, what: str, larkfield: Place, request: pytest.FixtureRequest) -> None:
    before = roles_of(larkfield, who)
    answer = change(request.getfixturevalue(who), who, what, larkfield, school=larkfield.school.pk, role="deputy")
    assert answer.status_code == 422
    assert roles_of(larkfield, who) == before
    assert invite(request.getfixturevalue(who), larkfield, email=larkfield.staff[who].email).status_code == 422


def test_the_last_lead_stays_until_there_is_another(head: Persona, larkfield: Place) -> None:
    lead = {"school": larkfield.school.pk, "role": "dsl"}
    for what in ("take", "close"):
        answer = change(head, "dsl", what, larkfield, **lead)
        assert answer.status_code == 422
        assert "no safeguarding lead" in answer.content.decode()
    change(head, "deputy", "give", larkfield, **lead)
    change(head, "deputy", "close", larkfield)  # a closed account leads nobody
    assert change(head, "dsl", "take", larkfield, **lead).status_code == 422
    change(head, "deputy", "reopen", larkfield)
    assert change(head, "dsl", "take", larkfield, **lead).status_code == 302
    assert roles_of(larkfield, "dsl") == set()


def test_a_closed_account_is_out_at_once_and_comes_back_as_it_was(dsl: Persona, behaviour_lead: Persona, larkfield: Place) -> None:
    assert behaviour_lead.opens("queue").status_code == 200
    change(dsl, "behaviour_lead", "close", larkfield)
    assert behaviour_lead.opens("queue")["Location"].startswith(reverse("account_login"))
    refused = Client().post(reverse("account_login"), {"login": larkfield.staff["behaviour_lead"].email, "password": PASSWORD})
    assert refused.status_code == 200 or "inactive" in refused["Location"]
    change(dsl, "behaviour_lead", "reopen", larkfield)
    assert roles_of(larkfield, "behaviour_lead") == {"behaviour"}
    assert behaviour_lead.opens("queue")["Location"].startswith(reverse("account_login"))  # the old session stays over


def test_who_also_works_elsewhere_keeps_their_account(dsl: Persona, larkfield: Place, marsh_end: Place) -> None:
    give_role(user=larkfield.staff["deputy"], school=marsh_end.school, role=RoleName.DSL, now=timezone.now())
    answer = change(dsl, "deputy", "close", larkfield)
    assert "not yours" in answer.content.decode()
    assert User.objects.get(pk=larkfield.staff["deputy"].pk).is_active
    User.objects.filter(pk=larkfield.staff["deputy"].pk).update(is_active=False)  # by somebody who manages both schools
    assert "not yours" in change(dsl, "deputy", "reopen", larkfield).content.decode()
    assert not User.objects.get(pk=larkfield.staff["deputy"].pk).is_active


def test_another_schools_staff_and_roles_are_not_there(dsl: Persona, larkfield: Place, marsh_end: Place) -> None:
    assert dsl.opens("staff_member", marsh_end.staff["deputy"].pk).status_code == 404
    assert change(dsl, "deputy", "sign-out", marsh_end).status_code == 404
    assert change(dsl, "deputy", "give", larkfield, school=marsh_end.school.pk, role="dsl").status_code == 404
    assert invite(dsl, larkfield, school=marsh_end.school.pk).status_code == 422
    assert not Role.objects.filter(user=larkfield.staff["deputy"], school=marsh_end.school).exists()
    assert {member.name for member in staff_of(larkfield.staff["dsl"])} == {person.name for person in larkfield.staff.values()}


def test_signed_out_everywhere_is_signed_out_everywhere(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    change(dsl, "deputy", "sign-out", larkfield)
    assert deputy.opens("queue")["Location"].startswith(reverse("account_login"))
    assert dsl.opens("queue").status_code == 200
    second = Client()
    second.force_login(larkfield.staff["dsl"])
    dsl.posts("sign_out_everywhere")
    for browser in (dsl.browser, second):
        assert browser.get(reverse("queue"))["Location"].startswith(reverse("account_login"))
    third = Client()
    third.force_login(larkfield.staff["dsl"])
    assert third.get(reverse("queue")).status_code == 200


def test_an_account_at_a_provider_is_unlinked_and_its_sessions_end(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    SocialAccount.objects.create(user=larkfield.staff["deputy"], provider="google", uid="1")
    assert "Google" in dsl.opens("staff_member", larkfield.staff["deputy"].pk).content.decode()
    change(dsl, "deputy", "unbind", larkfield)
    assert not SocialAccount.objects.exists()
    assert deputy.opens("queue")["Location"].startswith(reverse("account_login"))


def test_a_change_asks_again_who_it_is_and_is_made_then(dsl: Persona, larkfield: Place) -> None:
    session = dsl.browser.session
    session[STARTED] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()
    given = {"school": larkfield.school.pk, "role": "dsl"}
    answer = change(dsl, "deputy", "give", larkfield, **given)
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert roles_of(larkfield, "deputy") == {"deputy"}
    assert dsl.opens("staff").status_code == 200  # looking asks nobody
    dsl.browser.post(answer["Location"], {"password": "a wrong password"})
    assert roles_of(larkfield, "deputy") == {"deputy"}
    dsl.browser.post(answer["Location"], {"password": PASSWORD})
    assert roles_of(larkfield, "deputy") == {"deputy", "dsl"}


def test_who_is_given_a_role_that_reads_sets_up_a_second_factor_before_anything_else(dsl: Persona, staff_member: Persona, larkfield: Place) -> None:
    assert staff_member.opens("your_part").status_code == 200
    change(dsl, "staff_member", "give", larkfield, school=larkfield.school.pk, role="deputy")
    for name in ("your_part", "queue"):
        assert staff_member.opens(name)["Location"] == reverse("mfa_activate_totp")


def test_who_has_nothing_to_prove_it_with_here_signs_in_again(larkfield: Place, settings: Any) -> None:
    lead = add_staff(school=larkfield.school, email="sso@larkfield.example", name="Lead by provider", roles=[RoleName.DSL], now=timezone.now())
    browser = Client()
    browser.force_login(lead)
    session = browser.session
    session[STARTED] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session["heedful_provider_proved_second_factor"] = lead.pk
    session.save()
    answer = browser.post(reverse("staff_change", args=[larkfield.staff["deputy"].pk, "sign-out"]))
    assert answer["Location"].startswith(reverse("account_login"))
    assert browser.get(reverse("queue"))["Location"].startswith(reverse("account_login"))


def test_the_list_says_who_lacks_a_second_factor(dsl: Persona, larkfield: Place) -> None:
    said = {member.name: (member.factors, member.needs_factor) for member in staff_of(larkfield.staff["dsl"])}
    assert said["Amara Lockhart"] == (("app",), True)
    assert said["Tom Hale"] == ((), True)
    assert said["Jo Pemberton"] == ((), False)
    page = dsl.opens("staff").content.decode()
    assert "not set up yet" in page
