"""Who may open what: every URL × every persona. A page that is not in the table fails the test until somebody classifies it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from heedful.captures.actions.decide import grade_capture
from heedful.captures.actions.hold import hold_capture
from heedful.captures.actions.own import save_view
from heedful.captures.actions.seal import seal_picture_of
from heedful.captures.models import Decision
from heedful.captures.retention import HoldReason
from heedful.devices.actions import make_token
from heedful.devices.inventory.actions import read_list
from heedful.devices.rules import TokenKind
from heedful.people.actions import add_staff, change_school, grant_content, note_accounts_seen
from heedful.people.models import Account
from heedful.people.reading.actions import lock_reading
from heedful.people.roll.actions.imports import read_import
from heedful.people.roll.rules import Door
from heedful.people.rules import RoleName
from tests.harness.trained import train
from tests.personas.people import Persona, Place
from tests.personas.table import (
    ALL_LEADS,
    CONFIRM,
    LEADS,
    MANAGERS,
    PERSONAS,
    READERS,
    ROLL_KEEPERS,
    SIGN_IN,
    Row,
    Subjects,
    everybody,
    only,
    with_second_factor,
)
from tests.personas.table_board import ROWS as BOARD_ROWS
from tests.personas.table_calibration import ROWS as CALIBRATION_ROWS
from tests.personas.table_calibration import SUBJECTS as CALIBRATION_SUBJECTS
from tests.personas.table_group import ROWS as GROUP_ROWS
from tests.personas.table_group import SUBJECTS as GROUP_SUBJECTS
from tests.personas.table_measures import ROWS as MEASURES_ROWS
from tests.personas.table_measures import SUBJECTS as MEASURES_SUBJECTS
from tests.personas.table_pilot import ROWS as PILOT_ROWS
from tests.personas.table_pilot import SUBJECTS as PILOT_SUBJECTS
from tests.personas.table_plan import ROWS as PLAN_ROWS
from tests.personas.table_plan import SUBJECTS as PLAN_SUBJECTS
from tests.personas.table_policies import ROWS as POLICIES_ROWS
from tests.personas.table_policies import SUBJECTS as POLICIES_SUBJECTS
from tests.personas.table_reviews import ROWS as REVIEWS_ROWS
from tests.personas.table_reviews import SUBJECTS as REVIEWS_SUBJECTS
from tests.personas.table_telling import ROWS as TELLING_ROWS
from tests.personas.table_telling import SUBJECTS as TELLING_SUBJECTS
from tests.personas.table_thresholds import ROWS as THRESHOLD_ROWS
from tests.personas.table_thresholds import SUBJECTS as THRESHOLD_SUBJECTS
from tests.personas.table_training import ROWS as TRAINING_ROWS
from tests.personas.table_training import SUBJECTS as TRAINING_SUBJECTS

AREAS: tuple[Row, ...] = (*BOARD_ROWS, *CALIBRATION_ROWS, *GROUP_ROWS, *MEASURES_ROWS, *PILOT_ROWS, *PLAN_ROWS, *POLICIES_ROWS, *TELLING_ROWS, *THRESHOLD_ROWS, *TRAINING_ROWS, *REVIEWS_ROWS)
SUBJECTS: Subjects = {**TELLING_SUBJECTS, **CALIBRATION_SUBJECTS, **GROUP_SUBJECTS, **MEASURES_SUBJECTS, **PILOT_SUBJECTS, **PLAN_SUBJECTS, **POLICIES_SUBJECTS, **THRESHOLD_SUBJECTS, **REVIEWS_SUBJECTS, **TRAINING_SUBJECTS}
PICTURED, SEALED, UNMATCHED = "pictured", "sealed", "unmatched"
SAFEGUARDING, BEHAVIOUR, GRANT = "safeguarding", "behaviour", "grant"
DEVICE, PROFILE, TOKEN, LIST = "device", "profile", "token", "list of devices"
DECISION, VIEW = "decision", "view"
HOLD, SCHOOL = "hold", "school"
IN_A_MONTH = str(timezone.localdate() + timedelta(days=30))
PUPIL, ACCOUNT, ROLL_IMPORT = "pupil", "account", "roll import"
MEMBER, LOCK = "member", "lock"  # a member of staff, and a lock of their reading


MINE, ITS = (SAFEGUARDING,), (BEHAVIOUR,)

TABLE = (
    Row("home", everybody(302)),
    Row("queue", only(200, *READERS)),
    Row("queue_news", only(304, *READERS)),
    Row("capture", only(200, *LEADS), MINE),
    Row("capture_acknowledge", only(302, *LEADS), MINE, {}),
    Row("capture_grade", only(302, *LEADS), MINE, {"grade": "3", "revision": "1"}),
    Row("capture_dismiss", only(302, *LEADS), MINE, {"reason": "fiction", "revision": "1"}),
    Row("capture_route", only(302, *LEADS), MINE, {"route": "safeguarding", "revision": "1"}),
    Row("capture_note", only(302, *LEADS), MINE, {"note": "Spoke with the tutor."}),
    Row("capture_close", only(422, *LEADS), MINE, {"revision": "1"}),
    Row("capture_picture", only(422, *LEADS), MINE, {}),
    Row("capture_move", only(200, *LEADS), MINE),
    Row("capture_move", only(302, *LEADS), MINE, {"to": "nobody", "reason": "somebody_else", "revision": "1"}),
    Row("capture_move", only(422, *LEADS, "behaviour_lead"), ITS, {}),
    Row("capture_moved", only(404), MINE),  # nobody here was told of a move
    Row("capture_context", only(200, *LEADS), MINE, {"because": "danger"}),
    Row("capture_context", only(422, *LEADS, "behaviour_lead"), ITS, {}),
    Row("capture_pass", only(422, *LEADS), MINE, {}),
    Row("unmatched", only(200, *ALL_LEADS)),
    Row("unmatched_account", only(404), ("1000000",)),
    Row("unmatched_account", only(200, *LEADS), (UNMATCHED,)),
    Row("unmatched_account", only(302, *LEADS), (UNMATCHED,), {"whose": "shared"}),
    Row("capture_seal", only(404), MINE, {}),  # it has no picture
    Row("capture_seal", only(302, *LEADS), (PICTURED,), {}),
    Row("picture_colour", only(302, *READERS), (), {"grey": "yes"}),
    Row("sealed_pictures", only(200, *ALL_LEADS, "head")),
    Row("sealed_picture", only(404), MINE),
    Row("sealed_picture", only(200, *LEADS, "head"), (SEALED,)),
    Row("picture_destroy", only(302, *LEADS, "head"), (SEALED,), {"agency": "police", "reference": "CR/1234/26"}),
    Row("picture_destroy", only(422, *LEADS, "head"), (SEALED,), {}),
    Row("picture_agree", only(422, *LEADS, "head"), (SEALED,), {}),
    Row("picture_decline", only(422, *LEADS, "head"), (SEALED,), {}),
    Row("capture", only(200, *LEADS, "behaviour_lead"), ITS),
    Row("capture_acknowledge", only(302, *LEADS, "behaviour_lead"), ITS, {}),
    Row("capture_grade", only(302, *LEADS, "behaviour_lead"), ITS, {"grade": "2", "revision": "1"}),
    Row("capture_note", only(302, *LEADS, "behaviour_lead"), ITS, {"note": "Spoke with the tutor."}),
    Row("queue_search", only(302, *READERS), (), {"q": "drugs"}),
    Row("capture_bulk", only(302, *READERS), (), {"verb": "grade-1"}),
    Row("batch_undo", only(404), ("00000000-0000-4000-8000-000000000000",), {}),
    Row("decision_undo", only(302, "dsl"), (DECISION,), {}),
    Row("view_keep", only(302, *READERS), (), {"name": "Mine"}),
    Row("view_change", only(302, "dsl"), (VIEW,), {"to": "default"}),
    Row("capture_skip", only(302, *LEADS), MINE),
    Row("capture_viewing", only(200, *LEADS), MINE, {}),
    Row("capture_viewing", only(200, *LEADS, "behaviour_lead"), ITS, {}),
    Row("capture_snooze", only(422, *LEADS), MINE, {"revision": "1", "until": "hour"}),
    Row("capture_snooze", only(302, *LEADS, "behaviour_lead"), ITS, {"revision": "1", "until": "hour"}),
    Row("capture_reopen", only(422, *LEADS), MINE, {"revision": "1"}),
    Row("keyboard", everybody(200)),
    Row("keyboard", everybody(422), (), {"key-next": "jjj"}),
    Row("devices", only(200, "technician")),
    Row("devices_csv", only(200, "technician")),
    Row("device", only(200, "technician"), (DEVICE,)),
    Row("device_retire", only(302, "technician"), (DEVICE,), {}),
    Row("device_return", only(302, "technician"), (DEVICE,), {}),
    Row("device_merge", only(302, "technician"), (DEVICE,), {}),
    Row("profile_revoke", only(302, "technician"), (DEVICE, PROFILE), {}),
    Row("device_policy", only(200, "technician")),
    Row("tokens", only(200, "technician")),
    Row("token_make", only(422, "technician"), (), {}),
    Row("token_make", only(200, "technician"), (), {"kind": "device", "label": "Room IT2", "uses": "30", "days": "30"}),
    Row("token_revoke", only(302, "technician"), (TOKEN,), {}),
    Row("inventory", only(200, "technician")),
    Row("inventory", only(422, "technician"), (), {}),
    Row("inventory_import", only(200, "technician"), (LIST,)),
    Row("inventory_apply", only(302, "technician"), (LIST,), {}),
    Row("inventory_refuse", only(302, "technician"), (LIST,), {}),
    Row("coverage", only(200, *ALL_LEADS, "technician", "head", "governor")),
    Row("coverage_of_school", only(302, *LEADS, "technician", "head", "governor"), (SCHOOL,)),
    Row("coverage_silent", only(302, *LEADS, "technician"), (SCHOOL,)),
    Row("coverage_devices", only(200, *ALL_LEADS, "technician")),
    Row("coverage_people", only(200, *ALL_LEADS, "technician")),
    Row("phrase_tests", only(200, *ALL_LEADS, "technician")),
    Row("phrase_tests_news", only(304, *ALL_LEADS, "technician")),
    Row("phrase_test_start", only(302, *ALL_LEADS, "technician"), (), {"group": "Year 8", "kind": "chromebook"}),
    Row("coverage_terms", only(200, *ALL_LEADS, "technician")),
    Row("coverage_terms", only(422, *ALL_LEADS, "technician"), (), {"autumn_from": "2026-09-01"}),
    Row("limits", everybody(200)),
    Row("assurance", only(200, *ALL_LEADS, "head", "governor")),
    Row("retention", only(200, *ALL_LEADS, "head", "governor")),
    Row("retention_period", only(422, "dsl", "dsl_of_another_school", "head"), (), {}),
    Row("record", only(200, *ALL_LEADS, "head", "governor")),
    Row("backups", only(200, *ALL_LEADS, "technician", "head", "governor")),
    Row("capture_hold", only(302, *LEADS), MINE, {"reason": "case", "review_on": IN_A_MONTH}),
    Row("capture_hold", only(302, *LEADS, "behaviour_lead"), ITS, {"reason": "case", "review_on": IN_A_MONTH}),
    Row("hold_release", only(302, *LEADS), (HOLD,), {}),
    Row("server_check", only(200, "technician")),
    Row("grants", only(200, *ALL_LEADS)),
    Row("grants", only(422, *ALL_LEADS), (), {}),
    Row("grant_end", only(302, *LEADS), (GRANT,), {}),
    Row("pupils", only(200, *ROLL_KEEPERS)),
    Row("pupil", only(200, *LEADS, "technician"), (PUPIL,)),
    Row("accounts", only(200, *ROLL_KEEPERS)),
    Row("account", only(200, *LEADS), (ACCOUNT,)),
    Row("account_match", only(302, *LEADS), (ACCOUNT,), {"whose": "shared"}),
    Row("account_match", only(422, *LEADS), (ACCOUNT,), {}),
    Row("account_shared", only(302, *LEADS, "technician"), (ACCOUNT,), {}),
    Row("roll", only(200, *ROLL_KEEPERS)),
    Row("roll", only(422, *ROLL_KEEPERS), (), {}),
    Row("roll_import", only(200, *LEADS, "technician"), (ROLL_IMPORT,)),
    Row("roll_apply", only(422, *LEADS, "technician"), (ROLL_IMPORT,), {}),
    Row("roll_refuse", only(302, *LEADS, "technician"), (ROLL_IMPORT,), {}),
    Row("staff", only(200, *MANAGERS, "dsl_of_another_school")),
    Row("staff_add", only(422, *MANAGERS, "dsl_of_another_school"), (), {}),
    Row("staff_member", only(200, *MANAGERS), (MEMBER,)),
    Row("staff_change", only(302, *MANAGERS), (MEMBER, "sign-out"), {}),
    Row("staff_change", only(422, *MANAGERS), (MEMBER, "give"), {}),
    Row("staff_change", only(404), (MEMBER, "something-else"), {}),
    Row("reading", only(200, *ALL_LEADS, "head")),
    Row("reading_lift", only(302, *LEADS, "head"), (LOCK,), {"reason": "Was looking for one from last week."}),
    *AREAS,
    # The demo's pages are nowhere else.
    Row("demo_enter", everybody(404, anonymous=404), ("a-token",)),
    Row("demo_outbox", everybody(404, anonymous=404)),
    # Signing in.
    Row("account_login", everybody(302, anonymous=200)),
    Row("sign_in_with", everybody(404, anonymous=404), ("google",), {}),  # no provider is set up
    Row("sign_in_with_callback", everybody(404, anonymous=404), ("google",)),
    Row("account_logout", everybody(200, anonymous=302)),
    Row("account_inactive", everybody(200, anonymous=200)),
    Row("account_signup", everybody(302, anonymous=200)),
    Row("account_reauthenticate", everybody(200)),
    Row("account_change_password", everybody(200)),
    Row("account_set_password", everybody(302)),
    Row("account_reset_password", everybody(200, anonymous=200)),
    Row("account_reset_password_done", everybody(200, anonymous=200)),
    Row("account_reset_password_from_key", everybody(200, anonymous=200), ("1", "wrong-key")),
    Row("account_reset_password_from_key_done", everybody(200, anonymous=200)),
    Row("mfa_index", everybody(200)),
    Row("mfa_authenticate", everybody(302)),
    Row("mfa_reauthenticate", with_second_factor(200, else_=CONFIRM)),
    Row("mfa_activate_totp", with_second_factor(302, else_=200)),
    Row("mfa_deactivate_totp", with_second_factor(200, else_=404)),
    Row("mfa_view_recovery_codes", everybody(404)),  # nobody has made any
    Row("mfa_generate_recovery_codes", everybody(200)),
    Row("mfa_download_recovery_codes", everybody(404)),
    Row("mfa_list_webauthn", everybody(200)),
    Row("mfa_add_webauthn", everybody(200)),
    Row("mfa_reauthenticate_webauthn", everybody(CONFIRM)),
    Row("mfa_remove_webauthn", everybody(404), ("1",)),
    Row("mfa_edit_webauthn", everybody(404), ("1",)),
    Row("mfa_login_webauthn", everybody(302)),
    Row("sign_out_everywhere", everybody(SIGN_IN), (), {}),  # the last row: it does what it says
)  # fmt: skip
# The devices' door reads no session: each request is signed by a device, or public. Its own tests are in gateway/tests.
DEVICE_DOOR = {
    "device:enrol", "device:policy", "device:bundle", "device:captures", "device:heartbeat", "device:openapi-json", "device:api-root",
    "extension_updates", "extension_package",
}  # fmt: skip


def url_names(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """The qualified name of every route; a route without a name appears as its pattern, so that it fails too."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from url_names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name or entry.pattern}"


def test_every_url_is_classified() -> None:
    classified = {row.url_name for row in TABLE} | DEVICE_DOOR
    assert set(url_names()) == classified


def subject_of(argument: str, place: Place) -> str:
    """What an argument of the table stands for: a capture or a grant made now, so that no row depends on another."""
    if argument in SUBJECTS:
        return SUBJECTS[argument](place)
    if argument == SAFEGUARDING:
        return str(place.stores("i want to kill myself tonight"))
    if argument in {PICTURED, SEALED}:
        return str(picture_of(place, is_sealed=argument == SEALED))
    if argument == UNMATCHED:
        address = f"visitor{Account.objects.count()}@elsewhere.example"
        note_accounts_seen(school_id=place.school.pk, addresses=[address], now=timezone.now())
        return str(Account.objects.get(school=place.school, address=address).pk)
    if argument == BEHAVIOUR:
        return str(place.stores("anyone selling vapes at lunch", pupil=1))
    if argument == DECISION:
        number, dsl = place.stores("anyone selling vapes at lunch", pupil=1), place.staff["dsl"]
        grade_capture(number=number, grade=1, revision=1, viewer=dsl, now=timezone.now())
        return str(Decision.objects.get(capture=number).pk)
    if argument == VIEW:
        return str(save_view(viewer=place.staff["dsl"], name="Drugs", query="theme=drugs", is_default=False).pk)
    if argument == SCHOOL:
        return str(place.school.pk)
    if argument == HOLD:
        number = place.stores("i want to kill myself tonight")
        day = timezone.localdate() + timedelta(days=30)
        return str(hold_capture(number=number, reason=HoldReason.CASE, review_on=day, viewer=place.staff["dsl"], now=timezone.now()).pk)
    if argument == GRANT:
        # Given to somebody whom this table does not ask.
        holder = add_staff(school=place.school, email="visitor@larkfield.example", name="Visitor", roles=[RoleName.TECHNICIAN], now=timezone.now())
        viewer = place.staff["dsl"]
        return str(grant_content(school_id=place.school.pk, user_id=holder.pk, reason="Check", hours=1, viewer=viewer, now=timezone.now()).pk)
    if argument in {MEMBER, LOCK}:
        member = add_staff(school=place.school, email="hurried@larkfield.example", name="Hurried", roles=[RoleName.BEHAVIOUR], now=timezone.now())
        if argument == MEMBER:
            return str(member.pk)
        lock = lock_reading(person=member, reads=214, now=timezone.now())
        assert lock
        return str(lock.pk)
    if argument in {DEVICE, PROFILE}:
        return str(place.device.device_id if argument == DEVICE else place.device.pk)
    if argument == TOKEN:
        kind = TokenKind.DEVICE
        return str(make_token(school_id=place.school.pk, kind=kind, label="", uses=1, valid_for_days=1, made_by=None, now=timezone.now())[0].pk)
    if argument == LIST:
        content, now = b"Serial,Kind\nS1,windows\n", timezone.now()
        return str(read_list(school=place.school, file="devices.csv", content=content, by=None, door="page", now=now)[0].pk)
    if argument == PUPIL:
        return str(place.pupils[0].pk)
    if argument == ACCOUNT:
        return str(place.accounts[0].pk)
    if argument == ROLL_IMPORT:
        roll = b"source_id,given_name,family_name\n1,Owen,Pryce\n"
        return str(read_import(school_id=place.school.pk, uploads=[("pupils.csv", roll)], door=Door.FOLDER, now=timezone.now()).pk)
    return argument


def picture_of(place: Place, *, is_sealed: bool) -> int:
    """A safeguarding capture with a picture, sealed by nobody whom this table asks."""
    change_school(place.school, reason="Agreed", now=timezone.now(), pictures=True)
    place.device.refresh_from_db()
    number = place.stores("i want to kill myself tonight", picture=b"RIFF\x10\x00\x00\x00WEBP" + b"x" * 8)
    if is_sealed:
        email = f"visiting-lead@{place.accounts[0].address.split('@')[1]}"
        lead = add_staff(school=place.school, email=email, name="Visiting lead", roles=[RoleName.DEPUTY], now=timezone.now())
        train(lead, place.school, now=timezone.now())
        seal_picture_of(number=number, viewer=lead, now=timezone.now())
    return number


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_page_answers_each_persona_as_the_table_says(persona: str, larkfield: Place, request: pytest.FixtureRequest) -> None:
    person: Persona = request.getfixturevalue(persona)
    expected, got = {}, {}
    for row in TABLE:
        what = f"{'POST' if row.post is not None else 'GET'} {row.url_name} {' '.join(row.arguments)}"
        expected[what] = row.answers[PERSONAS.index(persona)]
        got[what] = answer_of(ask(person, row, larkfield))
    assert got == expected


def ask(person: Persona, row: Row, place: Place) -> HttpResponse:
    url = reverse(row.url_name, args=[subject_of(argument, place) for argument in row.arguments])
    return person.browser.get(url) if row.post is None else person.browser.post(url, row.post)


def answer_of(response: HttpResponse) -> int | str:
    if response.status_code != 302:
        return response.status_code
    if response["Location"].startswith(reverse("account_login")):
        return SIGN_IN
    return CONFIRM if "reauthenticate" in response["Location"] else 302


@pytest.mark.parametrize("url_name", sorted(DEVICE_DOOR))
def test_the_devices_door_answers_a_session_as_it_answers_nobody(url_name: str, dsl: Persona, anonymous: Persona) -> None:
    url = reverse(url_name)
    dsl.browser.raise_request_exception = anonymous.browser.raise_request_exception = False  # the extension may not be built here
    for_nobody, for_the_dsl = anonymous.browser.get(url), dsl.browser.get(url)
    assert for_the_dsl.status_code == for_nobody.status_code
    assert not for_nobody.cookies
