"""Nothing opens without a session, nothing leaves in bulk, and who reads far too much is stopped (security.md: Gaggle, PowerSchool)."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from heedful.audit.actions import append
from heedful.audit.queries import entries_about
from heedful.audit.rules import Action, Actor, Fact
from heedful.cli import command_modules
from heedful.escalation.models import News, Notice
from heedful.escalation.tasks import run_sweep
from heedful.people.actions import add_staff
from heedful.people.models import ReadingLock, User
from heedful.people.reading.rules import MOST_PICTURES, MOST_READS, ROWS_TO_A_READ, WINDOW
from heedful.people.rules import LOCKED_RIGHTS, RIGHTS, Right, RoleName
from tests.breaches.reading_pages import addresses
from tests.breaches.routes import FOR_ANYBODY, PUBLIC_ON_PURPOSE, addresses_of
from tests.personas.people import Persona, Place, sign_in
from tests.personas.test_permissions import DEVICE_DOOR, url_names

# Papers of the deployment: notices, minutes, plans, the assessment.
PRINTED = {
    "communication_print", "dpia_print", "meeting_minutes", "plan_calendar", "plan_print", "calibration_deck_pdf", "pilot_review_pdf", "policy_file",
    "training_certificate", "review_record", "governor_pdf", "deletion_certificate", "decision_log",
}  # fmt: skip
SECRET = "the fictional pupil wrote this line and nothing else"
URGENT = f"i want to kill myself tonight, {SECRET}"


@pytest.fixture(autouse=True)
def _mail_here(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_no_anonymous_blob(larkfield: Place, dsl: Persona, anonymous: Persona) -> None:
    """Every route, every address in a mail and every address on the lead's pages: without a session none shows anything of a school."""
    number = larkfield.stores(URGENT)
    opened: dict[str, str] = {}
    found: set[str] = set()
    for name, path in addresses_of(larkfield):
        if name in FOR_ANYBODY or name in PUBLIC_ON_PURPOSE or name in DEVICE_DOOR:
            continue
        answer = anonymous.browser.get(path)
        if answer.status_code == 200:
            opened[name] = path
    for path in (reverse("queue"), reverse("capture", args=[number]), reverse("assurance"), reverse("staff")):
        found |= addresses(dsl.browser.get(path).content.decode())
    run_sweep()
    found |= {re.sub(r"^https?://[^/]+", "", each) for message in mail.outbox for each in re.findall(r"https?://\S+", str(message.body))}
    assert any(str(number) in path for path in found)
    public = {reverse(name) for name in FOR_ANYBODY if "key" not in name or "done" in name}
    for path in found:
        if path.startswith("/") and not path.startswith("/static/") and path.split("?")[0] not in public and anonymous.browser.get(path).status_code == 200:
            opened[path] = path
    assert opened == {}


def test_what_is_public_on_purpose_names_nobody(larkfield: Place, marsh_end: Place, anonymous: Persona) -> None:
    """The page for pupils and families: no pupil, no member of staff, no address, nothing that was captured, nothing of another school."""
    larkfield.stores(URGENT)
    people = [word for person in larkfield.staff.values() for word in person.name.split()]
    pupils = [name for pupil in larkfield.pupils for name in (pupil.given_name, pupil.family_name)]
    private = [SECRET, *people, *pupils, "larkfield.example", marsh_end.school.name, larkfield.school.test_phrase]
    public = [(name, path) for name, path in addresses_of(larkfield) if name in PUBLIC_ON_PURPOSE]
    assert {name for name, _ in public} == PUBLIC_ON_PURPOSE
    for _, path in public:
        answer = anonymous.browser.get(path)
        body = answer.content.decode()
        assert [word for word in private if re.search(rf"\b{re.escape(word)}\b", body)] == [], path
        assert answer.status_code == 404 or (answer.headers["X-Robots-Tag"] == "noindex, nofollow" and not answer.cookies)


def test_what_anybody_may_open_says_nothing_of_a_school(larkfield: Place, anonymous: Persona) -> None:
    larkfield.stores(URGENT)
    anonymous.browser.raise_request_exception = False
    for name, path in addresses_of(larkfield):
        if name in PUBLIC_ON_PURPOSE:
            continue
        body = b"".join(anonymous.browser.get(path)).decode("utf-8", "replace")
        assert [word for word in (SECRET, larkfield.school.name, "Merrick", "larkfield.example") if word in body] == [], name


def test_export_redacts(dsl: Persona, head: Persona, technician: Persona, larkfield: Place) -> None:
    """There is no export of content or of names: what answers with a file holds devices, one's own recovery codes, or what the programme prints.

    What the programme prints (PRINTED) is written by staff about the deployment; it names them, and no pupil. When another export is
    built, this is the place that must say whose names it holds and which two people agreed to it.
    """
    larkfield.stores(URGENT)
    exports = {name for name in url_names() if re.search(r"export|download|dump|csv|archive", name)}
    assert exports <= {"devices_csv", "mfa_download_recovery_codes"}
    files = []
    for name, path in addresses_of(larkfield):
        if name in DEVICE_DOOR or name == "account_logout":
            continue
        for person in (dsl, head, technician):
            answer = person.browser.get(path)
            kind = answer.headers.get("Content-Type", "")
            is_file = "attachment" in answer.headers.get("Content-Disposition", "") or not kind.startswith(("text/html", "application/json"))
            if answer.status_code == 200 and is_file:
                files.append(name)
                body = text_of(b"".join(answer))
                pupils = [name for pupil in larkfield.pupils for name in (pupil.given_name, pupil.family_name)]
                # Names as words: the printed assessment lists the languages of the library, and "Ukrainian" holds a pupil's name.
                said = [name for name in pupils if re.search(rf"\b{re.escape(name)}\b", body, re.IGNORECASE)]
                assert said + [text for text in (SECRET, "larkfield.example") if text.lower() in body.lower()] == [], name
    assert set(files) <= exports | PRINTED


def text_of(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages) if body.startswith(b"%PDF") else body.decode()


def test_support_has_no_data_role(larkfield: Place) -> None:
    """No role stands above a school, none is for us, no flag makes a superuser, and no page or command acts as somebody else."""
    assert {str(role) for role in RoleName} == {"dsl", "deputy", "behaviour", "technician", "head", "governor", "staff"}
    readers = {role for role, rights in RIGHTS.items() if rights & {Right.READ_SAFEGUARDING, Right.READ_BEHAVIOUR}}
    assert readers == {RoleName.DSL, RoleName.DEPUTY, RoleName.BEHAVIOUR}
    fields = {field.name for field in User._meta.get_fields()}
    assert fields & {"is_superuser", "is_staff", "user_permissions", "is_admin", "is_support"} == set()
    assert [name for name in url_names() if re.search(r"admin|support|impersonat|hijack|sudo|become", name)] == []
    known = {str(module.NAME) for module in command_modules()}
    assert known & {"shell", "dbshell", "createsuperuser", "support", "admin", "impersonate"} == set()


def test_somebody_without_a_school_reads_nothing(larkfield: Place) -> None:
    larkfield.stores(URGENT)
    nobody = User.objects.create(email="helper@elsewhere.example", name="Helper")
    persona = sign_in(Persona("helper", nobody))
    shown = [name for name, path in addresses_of(larkfield) if SECRET in persona.browser.get(path).content.decode("utf-8", "replace")]
    assert shown == []
    assert AnonymousUser().is_authenticated is False


def read_before(persona: Persona, place: Place, count: int, action: Action = Action.CAPTURE_READ) -> None:
    """As the pages would have recorded it for that many captures."""
    assert persona.user
    with transaction.atomic():
        fact = Fact(action, "capture", tuple(str(1_000_000 + number) for number in range(count)))
        append(school_id=place.school.pk, actor=Actor.person(persona.user.pk), fact=fact, now=timezone.now())


def test_bulk_read_alarm(dsl: Persona, deputy: Persona, head: Persona, larkfield: Place, marsh_end: Place) -> None:
    """Two hundred reads in ten minutes: the reader is stopped, everybody who can do something is told, and another lead lifts it."""
    assert MOST_READS == 200
    assert timedelta(minutes=10) == WINDOW
    assert MOST_PICTURES == 30
    number = larkfield.stores(URGENT)
    second = add_staff(school=larkfield.school, email="second@larkfield.example", name="Second lead", roles=[RoleName.DSL], now=timezone.now())
    read_before(dsl, larkfield, MOST_READS - 2)
    assert dsl.opens("capture", number).status_code == 200
    assert dsl.opens("capture", number).status_code == 200  # again the same: not one more
    assert dsl.opens("queue").status_code == 200
    other = larkfield.stores(URGENT, pupil=1)
    assert dsl.opens("capture", other).status_code == 200  # the two hundredth

    for name, arguments in (("queue", ()), ("capture", (number,)), ("grants", ()), ("staff", ()), ("reading", ())):
        assert dsl.opens(name, *arguments).status_code == 404, name
    assert "Heedful closed them to you" in dsl.opens("your_part").content.decode()
    assert deputy.opens("capture", number).status_code == 200

    lock = ReadingLock.objects.get()
    assert (lock.user, lock.reads) == (dsl.user, MOST_READS)
    assert {notice.recipient for notice in Notice.objects.filter(news__kind="reading_locked")} == {second, larkfield.staff["head"]}
    run_sweep()
    said = [message for message in mail.outbox if "reading was locked" in message.subject]
    assert len(said) == 2
    for message in said:
        assert [word for word in (SECRET, "Lockhart", "Merrick", "suicide", larkfield.school.name) if word in message.message().as_string()] == []

    assert dsl.posts("reading_lift", lock.pk, reason="It was me.").status_code == 404
    assert deputy.posts("reading_lift", lock.pk, reason="").status_code == 422
    assert head.posts("reading_lift", lock.pk, reason="Was looking for one from last week.").status_code == 302
    assert dsl.opens("queue").status_code == 200
    assert ReadingLock.objects.count() == 1  # what was explained does not count again
    actions = [entry.action for entry in entries_about(larkfield.school.pk, subject_kind="user")]
    assert [action for action in actions if action.startswith("reading.")] == ["reading.locked", "reading.unlocked"]


def test_leafing_through_the_queue_counts_too(dsl: Persona, larkfield: Place) -> None:
    larkfield.stores(URGENT)
    read_before(dsl, larkfield, MOST_READS * ROWS_TO_A_READ - 1, Action.CAPTURES_LISTED)
    assert dsl.opens("queue").status_code == 200
    assert dsl.opens("queue").status_code == 404


def test_a_day_of_hard_work_locks_nobody(dsl: Persona, larkfield: Place) -> None:
    larkfield.stores(URGENT)
    read_before(dsl, larkfield, 120)
    read_before(dsl, larkfield, 200, Action.CAPTURES_LISTED)
    for _ in range(3):
        assert dsl.opens("queue").status_code == 200
    assert not ReadingLock.objects.exists()


def test_every_right_to_content_goes_with_the_lock() -> None:
    kept = set(RIGHTS[RoleName.DSL]) - LOCKED_RIGHTS
    assert kept & {Right.READ_SAFEGUARDING, Right.READ_BEHAVIOUR, Right.DECIDE, Right.GRANT_CONTENT, Right.MANAGE_STAFF} == set()


@pytest.mark.parametrize(("who", "told"), [("deputy", {"dsl"}), ("dsl", {"deputy", "head"})])
def test_many_pictures_in_an_hour_are_told_once(who: str, told: set[str], larkfield: Place, request: pytest.FixtureRequest) -> None:
    """The lead is told; where it is the lead, the others are. Nobody is locked out by it."""
    persona: Persona = request.getfixturevalue(who)
    number = larkfield.stores(URGENT)
    for _ in range(MOST_PICTURES):
        read_before(persona, larkfield, 1, Action.CAPTURE_PICTURE_REVEALED)
    persona.opens("capture", number)
    assert not News.objects.exists()
    read_before(persona, larkfield, 1, Action.CAPTURE_PICTURE_REVEALED)
    for _ in range(3):
        persona.opens("capture", number)
    assert {notice.recipient for notice in Notice.objects.filter(news__kind="many_pictures")} == {larkfield.staff[key] for key in told}
    assert News.objects.get().number == MOST_PICTURES + 1
    assert not ReadingLock.objects.exists()
