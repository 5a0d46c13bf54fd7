"""Publishing, sending, confirming, reminding, handing out, announcing: what each group is told, and that the board knows."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from heedful.audit.queries import entries_about
from heedful.captures.retention import Kept
from heedful.escalation.models import Notice
from heedful.escalation.tasks import run_sweep
from heedful.people.actions import add_staff, change_school, move_stage, set_pilot_audience
from heedful.people.models import User
from heedful.people.rules import NotFound, RoleName, Stage
from heedful.programme.communication import actions, queries
from heedful.programme.communication.filling import UnknownPlaceholder
from heedful.programme.communication.models import HandOut, Message, TextVersion
from heedful.programme.communication.needs import NEEDS
from heedful.programme.communication.rules import How, Share, TextRefused
from heedful.programme.communication.texts import TextKey, Words, ready_text
from heedful.programme.needs import Found, State
from tests.personas.people import Persona, Place

NOW = timezone.now()
PILOT_TOLD, STAFF_TOLD, PUBLISHED = (need.look for need in NEEDS)


@pytest.fixture(autouse=True)
def _mail_here(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def publish(place: Place, key: TextKey, *, asks: bool = True, viewer: str = "dsl") -> TextVersion:
    seen = actions.mark_of(queries.newest_version(place.school.pk, key))
    return actions.publish_text(school=place.school, key=key, asks=asks, seen=seen, viewer=place.staff[viewer], now=NOW)


def hand_out_all(place: Place) -> None:
    for row in queries.open_hand_outs(place.school.pk):
        actions.mark_handed_out(
            hand_out_id=row.pk, school_id=place.school.pk, given_on=timezone.localdate(), how=How.LETTER, note="", viewer=place.staff["dsl"], now=NOW
        )


def told(person: User) -> int:
    return Notice.objects.filter(recipient=person, news__kind="message_waits").count()


def test_staff_are_mailed_a_link_and_nothing_else_and_confirm_with_one_press(larkfield: Place, staff_member: Persona) -> None:
    publish(larkfield, TextKey.STAFF)
    run_sweep()
    assert {message.to[0] for message in mail.outbox} == {person.email for key, person in larkfield.staff.items() if key != "governor"}
    assert mail.outbox[0].subject == "Heedful: a message from the programme waits for you"
    assert [word for word in ("Larkfield", "suicide", "Amara") if word in str(mail.outbox[0].body)] == []
    page = staff_member.opens("your_part").content.decode()
    assert "I have read it" in page
    message = Message.objects.get()
    assert staff_member.posts("your_part_confirm", message.pk)["Location"] == "/your-part/"
    assert "you confirmed it" in staff_member.opens("your_part").content.decode()
    found = queries.staff_told(larkfield.school.pk)
    assert (found.share.part, found.share.whole) == (1, 6)
    assert larkfield.staff["staff_member"] not in found.missing
    assert [entry.action for entry in entries_about(larkfield.school.pk, subject_kind="message")] == ["communication.confirmed"]


def test_what_waits_for_somebody_stands_on_their_page_with_a_link(larkfield: Place, staff_member: Persona) -> None:
    page = staff_member.opens("your_part").content.decode()
    assert "Waits for you" in page
    assert f'<a href="/programme/{larkfield.school.pk}/training/">Training: ' in page


def test_a_message_is_confirmed_by_those_whom_it_is_for_and_once(larkfield: Place, marsh_end: Place) -> None:
    publish(larkfield, TextKey.BEHAVIOUR)
    message = Message.objects.get()
    for stranger in (larkfield.staff["governor"], larkfield.staff["technician"], marsh_end.staff["behaviour_lead"]):
        with pytest.raises(NotFound):
            actions.acknowledge(message_id=message.pk, viewer=stranger, now=NOW)
    lead = larkfield.staff["behaviour_lead"]
    assert [actions.acknowledge(message_id=message.pk, viewer=lead, now=NOW) for _ in range(2)] == [True, False]


def test_ninety_five_in_a_hundred_are_enough_and_not_one_less() -> None:
    assert Share(19, 20).is_enough
    assert not Share(18, 19).is_enough
    assert not Share(0, 0).is_enough
    assert Share(189, 190).percent == 99


def test_launch_waits_until_staff_have_confirmed(larkfield: Place) -> None:
    def state() -> Found:
        return STAFF_TOLD(larkfield.school.pk, NOW)

    assert state().says == "The notice to all staff has not been sent yet."
    publish(larkfield, TextKey.STAFF)
    assert (state().state, state().says) == (State.OPEN, "0 of 6 staff have confirmed (0 %); 95 % are needed.")
    for key, person in larkfield.staff.items():
        if key != "governor":
            actions.acknowledge(message_id=Message.objects.get().pk, viewer=person, now=NOW)
    assert (state().state, state().says) == (State.MET, "6 of 6 staff have confirmed (100 %).")
    add_staff(school=larkfield.school, email="new@larkfield.example", name="New Person", roles=[RoleName.STAFF], now=NOW)
    assert state().state == State.OPEN


def test_who_has_not_confirmed_is_reminded_once_a_week_and_no_more(larkfield: Place) -> None:
    publish(larkfield, TextKey.STAFF)
    actions.acknowledge(message_id=Message.objects.get().pk, viewer=larkfield.staff["dsl"], now=NOW)
    week, school = timedelta(days=7), larkfield.school.pk
    assert actions.remind(school_id=school, now=NOW + timedelta(days=6)) == 0
    assert actions.remind(school_id=school, now=NOW + week) == 5
    assert actions.remind(school_id=school, now=NOW + week) == 0
    assert actions.remind(school_id=school, now=NOW + 2 * week) == 5
    assert not Notice.objects.filter(recipient=larkfield.staff["dsl"], news__kind="message_unconfirmed").exists()


def test_an_unknown_placeholder_or_a_second_writer_changes_nothing(larkfield: Place) -> None:
    dsl, deputy, seen = larkfield.staff["dsl"], larkfield.staff["deputy"], "ready"
    with pytest.raises(UnknownPlaceholder):
        actions.save_text(school=larkfield.school, key=TextKey.PARENTS, words=Words("A", "{nothing}"), seen=seen, viewer=dsl, now=NOW)
    assert not TextVersion.objects.exists()
    actions.save_text(school=larkfield.school, key=TextKey.PARENTS, words=Words("A", "One {school}"), seen=seen, viewer=dsl, now=NOW)
    with pytest.raises(TextRefused, match="Somebody else changed"):
        actions.save_text(school=larkfield.school, key=TextKey.PARENTS, words=Words("A", "Two"), seen=seen, viewer=deputy, now=NOW)
    with pytest.raises(NotFound):
        actions.save_text(school=larkfield.school, key=TextKey.PARENTS, words=Words("A", "Two"), seen=seen, viewer=larkfield.staff["governor"], now=NOW)
    assert TextVersion.objects.get().body == "One {school}"


def test_a_second_press_on_the_same_page_publishes_nothing_twice(larkfield: Place) -> None:
    dsl, seen = larkfield.staff["dsl"], "ready"
    for _ in range(2):
        with suppress(TextRefused):
            actions.publish_text(school=larkfield.school, key=TextKey.STAFF, asks=True, seen=seen, viewer=dsl, now=NOW)
        seen = actions.mark_of(TextVersion.objects.get()).replace("published", "draft")
    assert Message.objects.count() == 1


def test_a_draft_is_saved_over_and_a_published_version_stays(larkfield: Place) -> None:
    first = publish(larkfield, TextKey.PARENTS)
    dsl = larkfield.staff["dsl"]
    for body in ("Draft", "Better {school}"):
        seen = actions.mark_of(queries.newest_version(larkfield.school.pk, TextKey.PARENTS))
        actions.save_text(school=larkfield.school, key=TextKey.PARENTS, words=Words("New", body), seen=seen, viewer=dsl, now=NOW)
    first.refresh_from_db()
    assert first.body == ready_text(TextKey.PARENTS).body
    second = publish(larkfield, TextKey.PARENTS)
    assert (second.number, second.said_body) == (2, "Better Larkfield Academy")
    assert [row.number for row in queries.versions_of(larkfield.school.pk, TextKey.PARENTS)] == [2, 1]


def test_a_changed_setting_is_shown_as_drift_and_publishing_again_mends_it(larkfield: Place, dsl: Persona) -> None:
    publish(larkfield, TextKey.PARENTS)
    hand_out_all(larkfield)
    hours = [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "17:00"}]
    change_school(larkfield.school, reason="Agreed", now=NOW, hours=hours)
    page = dsl.opens("communication_text", larkfield.school.pk, "parents").content.decode()
    assert "The published text is no longer true" in page
    assert "at any hour" in page
    assert "Monday to Friday 08:00 to 17:00" in page
    publish(larkfield, TextKey.PARENTS)
    assert "no longer true" not in dsl.opens("communication_text", larkfield.school.pk, "parents").content.decode()
    assert "Monday to Friday 08:00 to 17:00" in queries.published_version(larkfield.school.pk, TextKey.PARENTS).said_body  # type: ignore[union-attr]


def test_what_the_school_gives_out_itself_stays_open_until_somebody_says_how(larkfield: Place, dsl: Persona) -> None:
    publish(larkfield, TextKey.PARENTS)
    [item] = queries.open_hand_outs(larkfield.school.pk)
    assert not Message.objects.exists()
    answer = dsl.posts("communication_handed_out", larkfield.school.pk, item.pk, **{f"out-{item.pk}-how": "mail"})
    assert (answer.status_code, "Say on which day." in answer.content.decode()) == (422, True)
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = {f"out-{item.pk}-how": "mail", f"out-{item.pk}-given_on": str(tomorrow), f"out-{item.pk}-note": "All families, by the office"}
    assert "That day is still to come." in dsl.posts("communication_handed_out", larkfield.school.pk, item.pk, **form).content.decode()
    form[f"out-{item.pk}-given_on"] = str(timezone.localdate())
    assert dsl.posts("communication_handed_out", larkfield.school.pk, item.pk, **form).status_code == 302
    item.refresh_from_db()
    assert (item.done_by, item.how, item.note) == (larkfield.staff["dsl"], "mail", "All families, by the office")
    with pytest.raises(TextRefused):
        actions.mark_handed_out(
            hand_out_id=item.pk, school_id=larkfield.school.pk, given_on=timezone.localdate(), how=How.LETTER, note="", viewer=larkfield.staff["dsl"], now=NOW
        )


def test_launch_waits_until_pupils_parents_and_governors_have_their_notices(larkfield: Place) -> None:
    first = PUBLISHED(larkfield.school.pk, NOW)
    assert (first.state, "is not published" in first.says) == (State.OPEN, True)
    for key in (TextKey.GOVERNORS, TextKey.PUPILS_KS2, TextKey.PUPILS_KS3, TextKey.PARENTS):  # no pupil is in key stage 1
        publish(larkfield, key)
    assert "published and not given out yet" in PUBLISHED(larkfield.school.pk, NOW).says
    hand_out_all(larkfield)
    last = PUBLISHED(larkfield.school.pk, NOW)
    assert (last.state, last.says) == (State.MET, "Pupils, parents and governors were given notices that say what the settings say.")


def test_the_pilot_waits_until_its_pupils_families_and_staff_are_told(larkfield: Place) -> None:
    dsl, deputy, school = larkfield.staff["dsl"], larkfield.staff["deputy"], larkfield.school
    move_stage(school=school, to=Stage.SET_UP, reason="Again", by=dsl, now=NOW)
    set_pilot_audience(school=school, user_ids=[dsl.pk, deputy.pk], by=dsl, now=NOW)
    for key in (TextKey.PILOT_PUPILS, TextKey.PILOT_FAMILIES):  # the pilot's only pupil is in key stage 3
        publish(larkfield, key)
    hand_out_all(larkfield)
    assert PILOT_TOLD(school.pk, NOW).says == "The notice to all staff has not been sent."
    publish(larkfield, TextKey.STAFF)
    assert PILOT_TOLD(school.pk, NOW).says == "2 of the pilot's staff have not confirmed the notice."
    for person in (dsl, deputy):
        actions.acknowledge(message_id=Message.objects.get().pk, viewer=person, now=NOW)
    assert PILOT_TOLD(school.pk, NOW).state == State.MET


def test_every_stakeholder_group_is_told_at_once_when_the_launch_date_moves(larkfield: Place) -> None:
    actions.announce(school=larkfield.school, key="launch_moved", by=larkfield.staff["dsl"], now=NOW, values={"launch_date": "1 March 2027"})
    assert [told(person) for person in larkfield.staff.values()] == [1] * 7
    assert [item.audience for item in queries.open_hand_outs(larkfield.school.pk)] == ["governors", "pupils", "parents"]
    [message] = queries.my_messages(larkfield.staff["staff_member"], now=NOW)
    assert (message.title, message.asks) == ("Heedful now starts on 1 March 2027", False)
    actions.announce(school=larkfield.school, key="launch_moved", by=larkfield.staff["dsl"], now=NOW, values={"launch_date": "8 March 2027"})
    assert [item.version.said_title for item in queries.open_hand_outs(larkfield.school.pk)] == ["Heedful now starts on 8 March 2027"] * 3
    assert HandOut.objects.filter(replaced_at__isnull=False).count() == 3


def test_a_text_says_the_days_that_are_in_force(larkfield: Place) -> None:
    values = actions.values_now(larkfield.school.pk)
    assert values["kept_nothing"] == "30 days"
    assert values["public_page"].endswith(f"/about-monitoring/{larkfield.school.pk}/")
    assert Kept.FALSE_POSITIVE.label not in values


def test_a_notice_prints_as_pdf(larkfield: Place, governor: Persona) -> None:
    answer = governor.opens("communication_print", larkfield.school.pk, "pupils_ks1")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_governor_sees_how_many_have_not_confirmed_and_not_who(larkfield: Place, governor: Persona, dsl: Persona) -> None:
    publish(larkfield, TextKey.STAFF)
    assert "Jo Pemberton" not in governor.opens("communication", larkfield.school.pk).content.decode()
    assert "Jo Pemberton" in dsl.opens("communication", larkfield.school.pk).content.decode()
