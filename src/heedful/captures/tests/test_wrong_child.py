""" "Wrong child": a capture moves to another pupil or to nobody, leaves nothing with the first, and who had read it is told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from heedful.audit.queries import entries_about, first_break
from heedful.audit.rules import Action
from heedful.captures.models import Capture
from heedful.captures.queries.queue import QueueFilter, cursor_now, queue_page
from heedful.escalation.actions import make_notices
from heedful.escalation.models import Clock, News
from heedful.escalation.rules import NoticeKind
from heedful.people.actions import add_staff, bar_from_pupil
from heedful.people.models import Account, User
from heedful.people.rules import RoleName
from heedful.thresholds.rules import Route
from tests.personas.people import Persona, Place

NIA, FINN, MARYAM, JAKUB = range(4)
URGENT = "i want to kill myself tonight"
VAPES = "anyone selling vapes at lunch"
FIGHT = "i am going to fight you after school"
NUMBER = re.compile(r'href="(/captures/(\d+)/[^"#?]*)"')
LINK = re.compile(r'href="(/[^"#]*)"')


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def moves(person: Persona, number: int, to: object, *, reason: str = "somebody_else", revision: int | None = None) -> object:
    given = revision if revision is not None else Capture.objects.get(pk=number).revision
    return person.posts("capture_move", number, to=to, reason=reason, revision=given)


def told_of_a_move(number: int) -> set[int]:
    news = News.objects.filter(kind=NoticeKind.CAPTURE_MOVED, number=number).order_by("-pk").first()
    return set(news.notices.values_list("recipient_id", flat=True)) if news else set()


def crawled(person: Persona) -> dict[str, str]:
    """Every page that this person reaches by links from where they start."""
    found: dict[str, str] = {}
    waiting = [reverse("queue"), *(f"{reverse('queue')}?tab={tab}" for tab in ("graded", "closed", "record_only", "snoozed"))]
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith(("/static/", "/accounts/")):
            continue
        response = person.browser.get(path)
        found[path] = text_of(response) if "text/html" in response.get("Content-Type", "") else ""
        waiting += LINK.findall(found[path].replace("&amp;", "&"))
    return found


@pytest.fixture
def number(larkfield: Place) -> int:
    return larkfield.stores(URGENT, title="A diary of nobody")


def test_afterwards_nothing_about_the_first_pupil_mentions_it(dsl: Persona, larkfield: Place) -> None:
    moments = [timezone.now() - timedelta(minutes=each) for each in (9, 7, 5)]
    hers = [larkfield.stores(VAPES, observed_at=moment, host="hers.example") for moment in moments]
    number = larkfield.stores(VAPES, observed_at=moments[1] + timedelta(seconds=20), host="moved.example", title="A diary of nobody")
    assert any("moved.example" in page and "Nia Merrick" in page for page in crawled(dsl).values())
    assert moves(dsl, number, larkfield.pupils[FINN].pk).status_code == 302  # type: ignore[attr-defined]
    pages = crawled(dsl)
    assert f"/captures/{number}/" in pages
    assert all(f"/captures/{each}/" in pages for each in hers)
    for path, page in pages.items():
        of_hers = re.match(rf"/captures/({'|'.join(map(str, hers))})/", path)
        if of_hers:
            assert f"/captures/{number}/" not in page, path
            assert "moved.example" not in page, path
        for row in re.findall(r'<li class="row-of-queue.*?</li>', page, re.S):
            assert not ("Nia Merrick" in row and "moved.example" in row), path
            assert not ("Nia Merrick" in row and f'id="c{number}"' in row), path
    assert "Finn Ashdown" in pages[f"/captures/{number}/"]
    assert "Nia Merrick" not in pages[f"/captures/{number}/"]


def test_it_leaves_the_burst_of_the_first_pupil_and_joins_that_of_the_second(dsl: Persona, larkfield: Place) -> None:
    moment = timezone.now() - timedelta(minutes=5)
    first = larkfield.stores(VAPES, observed_at=moment)
    second = larkfield.stores(VAPES, observed_at=moment + timedelta(seconds=30))
    finns = larkfield.stores(VAPES, pupil=FINN, observed_at=moment + timedelta(seconds=40))
    moves(dsl, second, larkfield.pupils[FINN].pk)
    bursts = dict(Capture.objects.values_list("pk", "burst"))
    assert bursts[second] == bursts[finns] != bursts[first]
    rows = {row.number: row for row in queue_page(larkfield.staff["dsl"], QueueFilter()).rows}
    assert rows[first].under_it.count == 0


def test_the_audit_keeps_from_and_to_by_id_and_the_reason(dsl: Persona, number: int, larkfield: Place) -> None:
    moves(dsl, number, larkfield.pupils[FINN].pk, reason="wrong_match")
    [entry] = entries_about(larkfield.school.pk, subject_kind="capture", action=Action.CAPTURE_MOVED)
    assert entry.subject_ids == [str(number)]
    assert (entry.details["from"], entry.details["to"], entry.details["reason"]) == (
        larkfield.pupils[NIA].pk, larkfield.pupils[FINN].pk, "wrong_match",
    )  # fmt: skip
    assert "Merrick" not in str(entry.details)
    assert first_break(larkfield.school.pk) is None


def test_age_band_and_suggestion_are_worked_out_again(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(FIGHT, pupil=FINN)
    before = Capture.objects.get(pk=number)
    moves(dsl, number, larkfield.pupils[MARYAM].pk)
    after = Capture.objects.get(pk=number)
    assert (before.age_band, after.age_band) == ("ks4", "ks2")
    assert after.severity >= before.severity
    moves(dsl, number, "nobody")
    assert Capture.objects.get(pk=number).age_band == "unknown"


def test_what_people_decided_stays(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(VAPES)
    dsl.posts("capture_grade", number, grade="2", revision="1")
    before = Capture.objects.get(pk=number)
    moves(dsl, number, larkfield.pupils[MARYAM].pk)
    after = Capture.objects.get(pk=number)
    kept = ("grade", "graded_by_id", "route", "state", "acknowledged_by_id", "false_positive", "outcome")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


def test_another_library_than_the_one_that_found_it_does_not_lose_it(dsl: Persona, number: int, larkfield: Place) -> None:
    Capture.objects.filter(pk=number).update(bundle_version="an older one", severity=4)
    moves(dsl, number, larkfield.pupils[FINN].pk)
    row = Capture.objects.get(pk=number)
    assert (row.severity, row.bundle_version, row.age_band) == (4, "an older one", "ks4")


def test_whoever_was_told_or_opened_it_is_told_and_who_moved_it_is_not(
    dsl: Persona, deputy: Persona, larkfield: Place, number: int
) -> None:
    bystander = add_staff(school=larkfield.school, email="third@larkfield.example", name="Third Lead", roles=[RoleName.DEPUTY], now=timezone.now())
    clock = Clock.objects.get(subject_id=number)
    make_notices(clock_id=clock.pk, now=timezone.now())
    late = add_staff(school=larkfield.school, email="late@larkfield.example", name="Late Lead", roles=[RoleName.DEPUTY], now=timezone.now())
    opened = larkfield.stores(VAPES, pupil=JAKUB)
    deputy.opens("capture", opened)
    moves(dsl, number, "nobody")
    assert told_of_a_move(number) == {larkfield.staff["deputy"].pk, bystander.pk}
    moves(dsl, opened, larkfield.pupils[FINN].pk)
    assert told_of_a_move(opened) == {larkfield.staff["deputy"].pk}
    assert late.pk not in told_of_a_move(number)


def test_the_notice_leads_to_a_page_that_names_nobody(dsl: Persona, deputy: Persona, head: Persona, number: int, larkfield: Place) -> None:
    deputy.opens("capture", number)
    moves(dsl, number, larkfield.pupils[FINN].pk)
    page = text_of(deputy.opens("capture_moved", number))
    assert "put down to the wrong person" in page
    assert "Open it as it stands now" in page
    for secret in ("Nia", "Finn", "kill", "Suicide"):
        assert secret not in page
    for person in (dsl, head):
        assert person.opens("capture_moved", number).status_code == 404


def test_who_is_barred_from_the_new_pupil_loses_sight_of_it_but_learns_not_to_act(
    dsl: Persona, deputy: Persona, number: int, larkfield: Place
) -> None:
    bar_from_pupil(user=larkfield.staff["deputy"], pupil=larkfield.pupils[FINN], now=timezone.now())
    deputy.opens("capture", number)
    deputy.posts("capture_acknowledge", number)
    moves(dsl, number, larkfield.pupils[FINN].pk)
    assert deputy.opens("capture", number).status_code == 404
    assert f'id="c{number}"' not in text_of(deputy.opens("queue"))
    page = text_of(deputy.opens("capture_moved", number))
    assert "Others look after it now" in page
    assert f'href="/captures/{number}/"' not in page
    row = Capture.objects.get(pk=number)
    assert (row.state, row.acknowledged_by) == ("new", None)
    assert Clock.objects.get(subject_id=number).not_to == [larkfield.staff["deputy"].pk]


def test_who_may_not_follow_to_safeguarding_no_longer_has_it(
    dsl: Persona, deputy: Persona, behaviour_lead: Persona, number: int, larkfield: Place
) -> None:
    Capture.objects.filter(pk=number).update(route=Route.BEHAVIOUR, suggested_route=Route.BEHAVIOUR)
    assert behaviour_lead.posts("capture_acknowledge", number).status_code == 302
    moves(dsl, number, larkfield.pupils[FINN].pk)  # what was written is worked out again, and stands with safeguarding
    row = Capture.objects.get(pk=number)
    assert (row.route, row.state, row.acknowledged_by) == ("safeguarding", "new", None)
    assert larkfield.staff["deputy"].pk in told_of_a_move(number)


def test_nobody_moves_to_a_pupil_they_are_barred_from_or_of_another_school(
    dsl: Persona, number: int, larkfield: Place, marsh_end: Place
) -> None:
    bar_from_pupil(user=larkfield.staff["dsl"], pupil=larkfield.pupils[FINN], now=timezone.now())
    for pupil in (larkfield.pupils[FINN], marsh_end.pupils[0]):
        assert moves(dsl, number, pupil.pk).status_code == 404  # type: ignore[attr-defined]
    assert "Finn" not in text_of(dsl.posts("capture_move", number, search="yes", words="finn"))
    assert Capture.objects.get(pk=number).pupil_id == larkfield.pupils[NIA].pk


def test_moving_back_is_the_same_action_and_the_device_is_believed_again(dsl: Persona, number: int, larkfield: Place) -> None:
    before = text_of(dsl.opens("capture", number))
    assert "Certain: this account was signed in to the browser." in before
    moves(dsl, number, larkfield.pupils[FINN].pk)
    assert "Likely: a member of staff said so (Amara Lockhart" in text_of(dsl.opens("capture", number))
    moves(dsl, number, larkfield.pupils[NIA].pk, reason="wrong_move")
    assert "Certain: this account was signed in to the browser." in text_of(dsl.opens("capture", number))
    assert len(entries_about(larkfield.school.pk, subject_kind="capture", action=Action.CAPTURE_MOVED)) == 2


def test_what_becomes_urgent_for_who_it_is_now_gets_its_clock(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    Clock.objects.all().delete()
    Capture.objects.filter(pk=number).update(urgency="week")
    moves(dsl, number, larkfield.pupils[FINN].pk)
    assert Clock.objects.get(subject_id=number).severity == 5


def test_a_stale_page_moves_nothing(dsl: Persona, deputy: Persona, number: int, larkfield: Place) -> None:
    deputy.posts("capture_grade", number, grade="4", revision="1")
    response = moves(dsl, number, larkfield.pupils[FINN].pk, revision=1)
    assert response.status_code == 409  # type: ignore[attr-defined]
    assert "nothing was moved" in text_of(response)
    assert Capture.objects.get(pk=number).pupil_id == larkfield.pupils[NIA].pk


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"to": "", "reason": "somebody_else"}, "Choose whose it is."),
        ({"to": "nobody", "reason": ""}, "Choose the reason."),
        ({"to": "Nia", "reason": "somebody_else"}, "Choose whose it is."),
        ({"to": "same", "reason": "somebody_else"}, "It is there already."),
    ],
)
def test_a_move_without_whom_or_why_is_refused(form: dict[str, str], says: str, dsl: Persona, number: int, larkfield: Place) -> None:
    if form["to"] == "same":
        form = form | {"to": str(larkfield.pupils[NIA].pk)}
    response = dsl.posts("capture_move", number, revision=1, **form)
    assert response.status_code == 422
    assert says in text_of(response)


def test_pupils_are_found_by_parts_of_names_form_and_year_in_any_case(dsl: Persona, number: int) -> None:
    def found(words: str) -> set[str]:
        page = text_of(dsl.posts("capture_move", number, search="yes", words=words))
        return set(re.findall(r"<span><strong>([^<]*)</strong>", page))

    assert found("ASH") == {"Finn Ashdown"}
    assert found("fi ash") == {"Finn Ashdown"}
    assert found("10b") == {"Finn Ashdown"}
    assert found("y5") == {"Maryam Gill"}
    assert found("marýam") == {"Maryam Gill"}
    assert found("zz") == set()
    assert found("%") == set()


def test_what_was_searched_for_is_in_no_address(dsl: Persona, number: int) -> None:
    response = dsl.posts("capture_move", number, search="yes", words="Finn")
    assert response.status_code == 200
    assert "words=" not in text_of(response)


def test_an_account_that_is_not_on_the_roll_says_so(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT)
    Account.objects.filter(pk=larkfield.accounts[NIA].pk).update(pupil=None)
    Capture.objects.filter(pk=number).update(pupil=None)
    assert "Not known: this account is not on the school&#x27;s roll." in text_of(dsl.opens("capture", number))


def test_a_shared_account_is_marked_and_never_certain_even_when_somebody_says_who(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(URGENT, shared=True)
    page = text_of(dsl.opens("capture", number))
    assert 'class="shared-mark">shared<' in page
    assert "Certain:" not in page
    moves(dsl, number, larkfield.pupils[FINN].pk)
    page = text_of(dsl.opens("capture", number))
    assert "Likely: a member of staff said so" in page
    assert 'class="shared-mark">shared<' in page


def test_a_staff_accounts_capture_is_never_shown_as_a_pupils(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(VAPES, pupil=JAKUB)
    Account.objects.filter(pk=larkfield.accounts[JAKUB].pk).update(pupil=None, staff=User.objects.get(pk=larkfield.staff["staff_member"].pk))
    Capture.objects.filter(pk=number).update(pupil=None)
    page = text_of(dsl.opens("capture", number))
    assert "A member of staff&#x27;s account" in page
    assert "It is put down to no pupil." in page
    assert "A member of staff&#x27;s account" in text_of(dsl.opens("queue"))


def test_an_account_that_the_roll_has_given_to_somebody_else_is_no_longer_certain(dsl: Persona, number: int, larkfield: Place) -> None:
    Account.objects.filter(pk=larkfield.accounts[NIA].pk).update(pupil=larkfield.pupils[JAKUB])
    assert "Not certain: the roll gives this account to somebody else now." in text_of(dsl.opens("capture", number))


def test_what_a_move_takes_off_the_record_only_list_is_kept_as_long_as_what_waits(dsl: Persona, larkfield: Place) -> None:
    number = larkfield.stores(FIGHT, pupil=FINN)
    Capture.objects.filter(pk=number).update(kept_why="record_only", route="record_only", suggested_route="record_only")
    moves(dsl, number, larkfield.pupils[MARYAM].pk)
    row = Capture.objects.get(pk=number)
    assert (row.route, row.kept_why) == (row.suggested_route, "unreviewed")


def test_a_slip_is_put_back_with_one_press_by_who_made_it_and_for_ten_minutes(
    dsl: Persona, deputy: Persona, number: int, larkfield: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves(dsl, number, "nobody")
    offered = f'value="{larkfield.pupils[NIA].pk}" checked'
    assert offered in text_of(dsl.opens("capture_move", number))
    assert "Nia Merrick" not in text_of(deputy.opens("capture_move", number))
    monkeypatch.setattr("heedful.captures.queries.moving.UNDO_FOR", timedelta())
    assert "Nia Merrick" not in text_of(dsl.opens("capture_move", number))
    monkeypatch.undo()
    bar_from_pupil(user=larkfield.staff["dsl"], pupil=larkfield.pupils[NIA], now=timezone.now())
    assert "Nia Merrick" not in text_of(dsl.opens("capture_move", number))


def test_an_open_queue_hears_of_a_move_at_once(dsl: Persona, deputy: Persona, number: int, larkfield: Place) -> None:
    bar_from_pupil(user=larkfield.staff["deputy"], pupil=larkfield.pupils[FINN], now=timezone.now())
    cursors = {who.name: cursor_now(larkfield.staff[who.name]) for who in (dsl, deputy)}
    moves(dsl, number, larkfield.pupils[FINN].pk)
    mine = text_of(dsl.polls("queue_news", cursor=cursors["dsl"]))
    assert "Finn Ashdown" in mine
    assert "Nia Merrick" not in mine
    theirs = text_of(deputy.polls("queue_news", cursor=cursors["deputy"]))
    assert "Finn Ashdown" not in theirs
    assert "kill" not in theirs
