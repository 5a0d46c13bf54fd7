"""Signing in at Google, Microsoft or another provider, in a real Chromium at a real provider; who gets in and who does not."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from playwright.sync_api import expect

from heedful.audit.queries import entries_about
from heedful.people.models import User
from heedful.people.sign_in.providers import PROVIDER_CLASS
from tests.pages.test_accessibility import faults_of
from tests.personas.people import Persona, Place
from tests.sign_in.conftest import KINDS, Newcomer, app_at

NAMES = dict(zip(KINDS, ("Google", "Microsoft", "your school account"), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_of_staff_gets_in(kind: str, newcomer: Newcomer, larkfield: Place) -> None:
    newcomer.signs_in("staff", name=NAMES[kind])
    expect(newcomer.page.get_by_role("heading", name="Your part")).to_be_visible()
    bound = SocialAccount.objects.get()
    assert (bound.user, bound.provider, bound.extra_data) == (larkfield.staff["staff_member"], kind, {})
    actions = [entry.action for entry in entries_about(larkfield.school.pk, subject_kind="user")][-2:]
    assert actions == ["session.account_bound", "session.signed_in"]


def test_the_address_is_asked_for_where_the_token_has_none(newcomer: Newcomer, larkfield: Place, lean_issuer: str, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {PROVIDER_CLASS: {"APPS": [app_at(lean_issuer, "oidc", "Lean")]}}
    newcomer.signs_in("staff", name="Lean")
    expect(newcomer.page.get_by_role("heading", name="Your part")).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "login"),
    [
        ("google", "stranger"), ("google", "not verified"), ("google", "private account"), ("google", "another workspace"),
        ("google", "lead of another domain"), ("microsoft", "stranger"), ("microsoft", "another tenant"), ("microsoft", "guest"),
        ("microsoft", "guest by kind"), ("microsoft", "wrote the lead's address"), ("oidc", "stranger"), ("oidc", "not verified"),
        ("oidc", "lead of another domain"),
    ],
)  # fmt: skip
def test_nobody_else_does(kind: str, login: str, newcomer: Newcomer, larkfield: Place, marsh_end: Place) -> None:
    newcomer.signs_in(login, name=NAMES[kind])
    expect(newcomer.page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    assert "@" not in newcomer.told
    assert not newcomer.is_in()
    assert not SocialAccount.objects.exists()


def test_nobody_is_signed_up(newcomer: Newcomer, larkfield: Place) -> None:
    before = User.objects.count()
    newcomer.signs_in("stranger", name="Google")
    expect(newcomer.page.get_by_text("nobody with that address is on this school's list of staff")).to_be_visible()
    assert User.objects.count() == before


def test_who_has_left_does_not_get_in_however_often_they_did(newcomer: Newcomer, larkfield: Place) -> None:
    newcomer.signs_in("staff", name="Google")
    assert newcomer.is_in()
    User.objects.filter(pk=larkfield.staff["staff_member"].pk).update(is_active=False)
    newcomer.page.context.clear_cookies()
    newcomer.signs_in("staff", name="Google")
    expect(newcomer.page.get_by_role("heading", name="You are not signed in")).to_be_visible()


def test_the_subject_is_believed_and_a_changed_one_is_not(newcomer: Newcomer, larkfield: Place) -> None:
    newcomer.signs_in("staff", name="Google")
    assert newcomer.is_in()
    for login, gets_in in (("staff with a new name", True), ("staff made anew", False)):
        newcomer.page.context.clear_cookies()
        newcomer.signs_in(login, name="Google")
        newcomer.page.wait_for_load_state()
        assert newcomer.is_refused is not gets_in
    assert "bound to another account" in newcomer.told
    assert entries_about(larkfield.school.pk, subject_kind="user")[-1].action == "session.refused"
    assert SocialAccount.objects.count() == 1


def test_a_state_is_good_once_and_for_its_own_browser(newcomer: Newcomer, larkfield: Place) -> None:
    answers: list[str] = []
    newcomer.page.on("request", lambda request: answers.append(request.url) if "/callback/?" in request.url else None)
    newcomer.signs_in("staff", name="Google")
    assert newcomer.is_in()
    newcomer.page.goto(answers[0])
    assert newcomer.is_refused
    assert "used already" in newcomer.told
    newcomer.page.context.clear_cookies()
    newcomer.page.goto(answers[0])
    assert newcomer.is_refused
    newcomer.page.goto(re.sub("state=[^&]+", "state=", answers[0]))
    assert newcomer.is_refused
    assert not newcomer.is_in()


def test_an_answer_that_names_another_issuer_is_refused(newcomer: Newcomer, larkfield: Place) -> None:
    answer = newcomer.answer_for("staff", name="Google")
    newcomer.page.goto(re.sub("iss=[^&]+", "iss=https%3A%2F%2Felsewhere.example", answer))
    assert newcomer.is_refused
    assert not newcomer.is_in()


def test_a_provider_that_is_another_than_the_settings_say_is_refused(
    newcomer: Newcomer, larkfield: Place, issuer: str, settings: Any
) -> None:
    wrong = app_at(issuer, "oidc", "Wrong")
    wrong["settings"]["issuer"] = "http://127.0.0.1:1"
    settings.SOCIALACCOUNT_PROVIDERS = {PROVIDER_CLASS: {"APPS": [wrong]}}
    newcomer.goes_to("Wrong")
    assert newcomer.is_refused
    assert "can't be reached" in newcomer.told


def test_a_provider_that_does_not_answer_is_told_plainly(newcomer: Newcomer, larkfield: Place, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {PROVIDER_CLASS: {"APPS": [app_at("http://127.0.0.1:1", "oidc", "Away")]}}
    newcomer.goes_to("Away")
    assert newcomer.is_refused
    assert "can't be reached" in newcomer.told


def test_who_stops_at_the_provider_is_told_that_nothing_happened(newcomer: Newcomer, larkfield: Place) -> None:
    newcomer.goes_to("Google")
    newcomer.page.get_by_role("button", name="Stop").click()
    assert newcomer.is_refused
    assert "You stopped at Google" in newcomer.told


def test_state_nonce_and_proof_of_the_code_are_sent_and_nothing_that_a_request_adds(newcomer: Newcomer, larkfield: Place, issuer: str) -> None:
    asked: list[str] = []
    newcomer.page.on("request", lambda request: asked.append(request.url) if request.url.startswith(f"{issuer}/auth?") else None)
    newcomer.page.goto(f"{newcomer.address}/accounts/login/")
    newcomer.page.evaluate(
        "form => { form.action += '?scope=offline_access&process=connect&auth_params=nonce%3Dmine%26prompt%3Dnone' }",
        newcomer.page.locator("form[action*='/with/google/']").element_handle(),
    )
    newcomer.page.get_by_role("button", name="Sign in with Google").click()
    sent = {name: value for name, [value] in parse_qs(urlsplit(asked[0]).query).items()}
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["state"]) >= 16
    assert len(sent["nonce"]) >= 32
    assert set(sent["scope"].split()) == {"openid", "profile", "email"}
    assert (sent["response_type"], sent["prompt"]) == ("code", "select_account")


def test_the_lead_is_still_asked_for_heedfuls_own_second_factor(newcomer: Newcomer, larkfield: Place) -> None:
    newcomer.signs_in("lead with a second factor", name="Google")
    expect(newcomer.page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    secret = newcomer.page.get_by_label("Or type this secret into the app").input_value()
    newcomer.page.get_by_label("Authenticator code").fill(code_for(secret))
    newcomer.page.get_by_role("button", name="Turn it on").click()
    newcomer.page.context.clear_cookies()
    newcomer.signs_in("lead with a second factor", name="Google")
    expect(newcomer.page.get_by_label("Code")).to_be_visible()
    newcomer.page.goto(f"{newcomer.address}/captures/")
    expect(newcomer.page.get_by_role("heading", name="Two-Factor Authentication")).to_be_visible()


@pytest.mark.parametrize("has_own", [True, False])
@pytest.mark.parametrize(("login", "gets_in"), [("lead with a second factor", True), ("lead", False)])
def test_the_providers_word_on_it_counts_where_the_setting_says_so(
    login: str, gets_in: bool, has_own: bool, newcomer: Newcomer, larkfield: Place, settings: Any
) -> None:
    settings.SIGN_IN_TRUSTS_SECOND_FACTOR = True
    if has_own:
        Authenticator.objects.create(user=larkfield.staff["dsl"], type=Authenticator.Type.TOTP, data={"secret": "unused"})
    newcomer.signs_in(login, name="your school account")
    newcomer.page.wait_for_load_state()
    newcomer.page.goto(f"{newcomer.address}/captures/")
    assert newcomer.page.get_by_role("heading", name="0 to review").is_visible() is gets_in


def test_a_password_after_a_proved_sign_in_proves_nothing(newcomer: Newcomer, larkfield: Place, settings: Any) -> None:
    from tests.pages.test_second_factor import sign_in

    settings.SIGN_IN_TRUSTS_SECOND_FACTOR = True
    newcomer.signs_in("lead with a second factor", name="your school account")
    newcomer.page.goto(f"{newcomer.address}/captures/")
    newcomer.page.get_by_role("button", name="Sign out").click()
    sign_in(newcomer.page, newcomer.address, larkfield.staff["dsl"].email)
    expect(newcomer.page.get_by_role("heading", name="Set up your second factor")).to_be_visible()


def test_signing_out_everywhere_ends_a_providers_session_too(newcomer: Newcomer, larkfield: Place, dsl: Persona) -> None:
    newcomer.signs_in("staff", name="Google")
    assert newcomer.is_in()
    dsl.posts("staff_change", larkfield.staff["staff_member"].pk, "sign-out")
    assert not newcomer.is_in()
    newcomer.signs_in("staff", name="Google")
    assert newcomer.is_in()


def test_the_pages_of_it_have_no_accessibility_fault(newcomer: Newcomer, larkfield: Place) -> None:
    newcomer.page.goto(f"{newcomer.address}/accounts/login/")
    assert faults_of(newcomer.page) == []
    newcomer.signs_in("stranger", name="Google")
    expect(newcomer.page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    assert faults_of(newcomer.page) == []


def test_the_way_leads_to_where_one_wanted_to_go(newcomer: Newcomer, larkfield: Place) -> None:
    newcomer.page.goto(f"{newcomer.address}/your-part/?from=mail")
    newcomer.page.get_by_role("button", name="Sign in with Google").click()
    newcomer.says("staff")
    expect(newcomer.page).to_have_url(f"{newcomer.address}/your-part/?from=mail")


def test_only_the_sign_in_page_names_the_providers_and_only_those_in_use(anonymous: Persona, staff_member: Persona, issuer: str, settings: Any) -> None:
    def targets(answer: Any) -> str:
        return str(re.search(r"form-action ([^;]+)", answer["Content-Security-Policy"])[1])  # type: ignore[index]

    assert targets(anonymous.opens("account_login")) == f"'self' {issuer}"
    assert targets(staff_member.opens("your_part")) == "'self'"
    settings.SOCIALACCOUNT_PROVIDERS = {PROVIDER_CLASS: {"APPS": []}}
    answer = anonymous.opens("account_login")
    assert targets(answer) == "'self'"
    assert "/with/" not in answer.content.decode()


def test_a_link_alone_starts_nothing(anonymous: Persona) -> None:
    assert anonymous.opens("sign_in_with", "google").status_code == 405
    assert anonymous.opens("sign_in_with", "nobody").status_code == 405
    assert anonymous.posts("sign_in_with", "nobody").status_code == 404


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))
