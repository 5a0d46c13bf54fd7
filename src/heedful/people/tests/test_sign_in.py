"""Signing in: the second factor, the limits of a session and of wrong passwords, and the record of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.people.adapter import STARTED
from heedful.people.middleware import SEEN
from heedful.people.models import ContentGrant
from tests.personas.people import PASSWORD, Persona, Place


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def sign_in_as(place: Place, key: str, password: str = PASSWORD) -> tuple[Client, Any]:
    browser = Client()
    response = browser.post(reverse("account_login"), {"login": place.staff[key].email, "password": password})
    return browser, response


def test_staff_sign_in_with_a_password_alone(larkfield: Place) -> None:
    browser, response = sign_in_as(larkfield, "staff_member")
    assert response["Location"] == "/"
    assert browser.get(reverse("your_part")).status_code == 200


@pytest.mark.parametrize("key", ["dsl", "deputy", "behaviour_lead", "technician", "head", "governor"])
def test_every_role_that_sees_anything_sets_up_a_second_factor_first(larkfield: Place, key: str) -> None:
    browser, _ = sign_in_as(larkfield, key)
    for name in ("home", "queue", "your_part"):
        assert browser.get(reverse(name))["Location"] == reverse("mfa_activate_totp")
    page = browser.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    assert "Set up your second factor" in page.content.decode()


def test_a_password_does_not_get_past_a_second_factor(larkfield: Place) -> None:
    user = larkfield.staff["dsl"]
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "unused"})
    browser, response = sign_in_as(larkfield, "dsl")
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert browser.get(reverse("queue"))["Location"].startswith(reverse("account_login"))


def test_five_wrong_passwords_close_the_account_for_a_while(larkfield: Place) -> None:
    for _ in range(5):
        sign_in_as(larkfield, "staff_member", "a wrong password")
    browser, response = sign_in_as(larkfield, "staff_member")
    assert response.status_code == 200
    assert "Too many failed login attempts" in response.content.decode()
    assert browser.get(reverse("home"))["Location"].startswith(reverse("account_login"))
    _, other = sign_in_as(larkfield, "dsl")
    assert other.status_code == 302


def test_the_limits_are_those_that_are_promised(settings: Any) -> None:
    assert settings.ACCOUNT_RATE_LIMITS["login_failed"] == "5/h/key,20/h/ip"
    assert settings.CACHES["default"]["BACKEND"].endswith("FileBasedCache")  # all processes count together


def test_the_limit_of_an_account_is_its_own_whatever_the_case_and_the_address_asked_from(larkfield: Place) -> None:
    email = larkfield.staff["staff_member"].email
    for number in range(5):
        Client(REMOTE_ADDR=f"192.0.2.{number}").post(reverse("account_login"), {"login": email.upper(), "password": "a wrong password"})
    answer = Client(REMOTE_ADDR="192.0.2.99").post(reverse("account_login"), {"login": email, "password": PASSWORD})
    assert "Too many failed login attempts" in answer.content.decode()


def test_twenty_wrong_passwords_from_one_address_close_it_for_every_account(larkfield: Place) -> None:
    keys = list(larkfield.staff)
    for number in range(20):
        sign_in_as(larkfield, keys[number % 5], f"a wrong password {number}")
    _, answer = sign_in_as(larkfield, keys[6])
    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()
    elsewhere = Client(REMOTE_ADDR="198.51.100.7").post(reverse("account_login"), {"login": larkfield.staff[keys[6]].email, "password": PASSWORD})
    assert elsewhere.status_code == 302


def test_asking_for_a_strangers_password_mails_nobody(larkfield: Place, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    known = Client().post(reverse("account_reset_password"), {"email": larkfield.staff["dsl"].email})
    unknown = Client().post(reverse("account_reset_password"), {"email": "stranger@elsewhere.example"})
    assert known["Location"] == unknown["Location"]
    assert [message.to for message in mail.outbox] == [[larkfield.staff["dsl"].email]]


def test_a_wrong_password_and_an_unknown_address_read_the_same(larkfield: Place) -> None:
    _, wrong = sign_in_as(larkfield, "staff_member", "a wrong password")
    unknown = Client().post(reverse("account_login"), {"login": "nobody@larkfield.example", "password": "a wrong password"})
    words = "The email address and/or password you specified are not correct."
    assert words in wrong.content.decode()
    assert words in unknown.content.decode()


def age_session(persona: Persona, name: str, by: timedelta) -> None:
    session = persona.browser.session
    session[name] = (timezone.now() - by).isoformat()
    session.save()


def test_half_an_hour_without_activity_signs_out(dsl: Persona) -> None:
    assert dsl.opens("queue").status_code == 200
    age_session(dsl, SEEN, timedelta(minutes=31))
    assert dsl.opens("queue")["Location"].startswith(reverse("account_login"))


def test_a_background_poll_is_no_activity(dsl: Persona) -> None:
    dsl.opens("queue")
    age_session(dsl, SEEN, timedelta(minutes=29))
    before = dsl.browser.session[SEEN]
    assert dsl.polls("queue_news").status_code == 304
    assert dsl.browser.session[SEEN] == before
    assert dsl.opens("queue").status_code == 200
    assert dsl.browser.session[SEEN] != before


def test_eight_hours_are_the_most_however_active(dsl: Persona) -> None:
    dsl.opens("queue")
    age_session(dsl, STARTED, timedelta(hours=8, minutes=1))
    assert dsl.opens("queue")["Location"].startswith(reverse("account_login"))
    assert dsl.polls("queue_news").status_code == 403


def test_the_second_factor_is_changed_only_soon_after_proving_who_one_is(dsl: Persona) -> None:
    assert dsl.opens("mfa_deactivate_totp").status_code == 200
    age_session(dsl, STARTED, timedelta(minutes=16))
    for name in ("mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        assert "reauthenticate" in dsl.opens(name)["Location"]


def test_letting_somebody_read_asks_again_who_it_is(dsl: Persona, larkfield: Place) -> None:
    age_session(dsl, STARTED, timedelta(minutes=16))
    given = {"school": larkfield.school.pk, "person": larkfield.staff["technician"].pk, "reason": "Check the test phrase", "hours": 1}
    assert dsl.opens("grants").status_code == 200  # looking asks nobody
    answer = dsl.posts("grants", **given)
    assert "reauthenticate" in answer["Location"]
    assert not ContentGrant.objects.exists()
    dsl.browser.post(answer["Location"], {"password": PASSWORD})
    assert ContentGrant.objects.get().user == larkfield.staff["technician"]


def test_signing_in_is_recorded_in_the_school(larkfield: Place) -> None:
    sign_in_as(larkfield, "staff_member")
    entry = entries_about(larkfield.school.pk, subject_kind="user")[-1]
    assert (entry.action, entry.subject_ids) == ("session.signed_in", [str(larkfield.staff["staff_member"].pk)])


def test_each_role_starts_where_its_work_is(
    dsl: Persona, behaviour_lead: Persona, technician: Persona, head: Persona, governor: Persona, staff_member: Persona
) -> None:
    starts = {
        dsl: "queue", behaviour_lead: "queue", technician: "devices", head: "assurance", governor: "assurance", staff_member: "your_part",
    }  # fmt: skip
    for persona, name in starts.items():
        assert persona.opens("home")["Location"] == reverse(name)


def test_the_pages_forbid_inline_script_and_other_origins(dsl: Persona) -> None:
    policy = dsl.opens("queue")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "script-src 'self' 'nonce-" in policy
