"""Writing, publishing, sending, handing out, confirming. Each change is made here, for every door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.captures.queries.monitoring import monitoring_facts
from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.models import School, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.communication.filling import MEANINGS, check_placeholders, fill, placeholders_in, values_of
from heedful.programme.communication.models import Acknowledgement, HandOut, Message, TextVersion
from heedful.programme.communication.queries import latest_asking, messages_for, newest_version, people_for, unconfirmed
from heedful.programme.communication.rules import REMIND_AFTER, How, TextRefused, check_given, check_text
from heedful.programme.communication.texts import SPECS, Audience, TextKey, Words, ready_text


def values_now(school_id: int) -> dict[str, str]:
    """What every placeholder stands for in this school now."""
    page = settings.PUBLIC_URL + reverse("about_monitoring", args=[school_id])
    return values_of(monitoring_facts(school_id), public_page=page)


def save_text(*, school: School, key: TextKey, words: Words, seen: str, viewer: User, now: datetime) -> TextVersion:
    """Keep these words as the draft: a new version where the newest is published. `seen` is `mark_of` what the writer began from.

    Raises UnknownPlaceholder, TextRefused, and NotFound where the viewer may not.
    """
    _check_right(viewer, school.pk)
    words = Words(words.title.strip(), words.body.replace("\r\n", "\n").strip())
    check_text(words.title, words.body)
    check_placeholders(words, MEANINGS)
    with transaction.atomic():
        wait_in_line(school.pk)
        newest = newest_version(school.pk, key)
        if mark_of(newest) != seen:
            raise TextRefused("Somebody else changed this text in the meantime. Copy what you wrote, open the page again, and put both together.")
        if newest is not None and newest.published_at is None:
            TextVersion.objects.filter(pk=newest.pk).update(
                title=words.title, body=words.body, revision=F("revision") + 1, written_at=now, written_by=viewer
            )
            newest.refresh_from_db()
        else:
            newest = _new_version(school, key, words, newest, viewer, now)
        _audit(school.pk, viewer, Action.COMMUNICATION_TEXT_SAVED, newest, {"key": str(key), "version": newest.number}, now)
    return newest


def mark_of(version: TextVersion | None) -> str:
    """Names one state of a text, so that two people do not write over each other."""
    return f"{version.pk}-{version.revision}-{'published' if version.published_at else 'draft'}" if version else "ready"


def publish_text(*, school: School, key: TextKey, asks: bool, seen: str, viewer: User, now: datetime) -> TextVersion:
    """Fill the newest words from the settings, publish them, and tell or ask to tell whom they are for.

    Where the newest version is published already, it is published again, filled anew: that is how drift is mended.
    Raises TextRefused, NotFound.
    """
    _check_right(viewer, school.pk)
    if SPECS[key].is_announced:
        raise TextRefused("Heedful gives this text out by itself when it happens.")
    with transaction.atomic():
        wait_in_line(school.pk)
        if mark_of(newest_version(school.pk, key)) != seen:
            raise TextRefused("Somebody else changed or published this text in the meantime. Look at it again.")
        version = _publish(school, key, asks=asks, subject_kind="notice", by=viewer, now=now)
    return version


def announce(
    *, school: School, key: TextKey | str, by: User, now: datetime, subject_kind: str = "launch_date", values: Mapping[str, str] | None = None
) -> TextVersion:
    """Tell every stakeholder group of something that has happened (D10), with the text of this key. Call it in its transaction, after it.

    Staff and governors with an account get it by mail and on their page. For pupils, parents and governors it stays on the
    board as "to be handed out" until somebody says that it was. `values` stand in place of what the settings say.
    """
    with transaction.atomic():
        return _publish(school, TextKey(key), asks=False, subject_kind=subject_kind, by=by, now=now, values=values)


def mark_handed_out(*, hand_out_id: int, school_id: int, given_on: date, how: How, note: str, viewer: User, now: datetime) -> HandOut:
    """Somebody says when and how the school gave a text out. Raises TextRefused, NotFound; the first who says it counts."""
    _check_right(viewer, school_id)
    row = HandOut.objects.filter(pk=hand_out_id, school_id=school_id).first()
    if row is None:
        raise NotFound
    check_given(given_on, asked_on=timezone.localdate(row.asked_at), today=timezone.localdate(now))
    with transaction.atomic():
        done = {"done_at": now, "done_by": viewer, "given_on": given_on, "how": how, "note": note.strip()[:200]}
        if not HandOut.objects.filter(pk=row.pk, done_at=None, replaced_at=None).update(**done):
            raise TextRefused("Somebody has said so already, or a newer version is to be given out.")
        details = {"version": row.version_id, "audience": row.audience, "given_on": given_on.isoformat(), "how": str(how)}
        fact = Fact(Action.COMMUNICATION_HANDED_OUT, "hand_out", (str(row.pk),), details)
        append(school_id=school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    row.refresh_from_db()
    return row


def acknowledge(*, message_id: int, viewer: User, now: datetime) -> bool:
    """The viewer has read a message that was for them. True the first time. Raises NotFound where it wasn't theirs."""
    message = Message.objects.filter(pk=message_id, asks=True).first()
    if message is None or message.pk not in {each.pk for each in messages_for(viewer, now=now)}:
        raise NotFound
    with transaction.atomic():
        _, is_new = Acknowledgement.objects.get_or_create(message=message, user=viewer, defaults={"at": now})
        if is_new:
            fact = Fact(Action.COMMUNICATION_CONFIRMED, "message", (str(message.pk),))
            append(school_id=message.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return is_new


def remind(*, school_id: int, now: datetime) -> int:
    """Mail those who have not confirmed what they were asked to a week ago or longer; once a week, however often it is called."""
    late = {
        person.pk: person
        for key in SPECS
        if (message := latest_asking(school_id, key)) is not None and message.sent_at <= now - REMIND_AFTER
        for person in unconfirmed(message)
    }
    if not late:
        return 0
    week = timezone.localdate(now).strftime("%G-W%V")
    return len(
        tell_people(
            school_id=school_id, kind=NoticeKind.MESSAGE_UNCONFIRMED, people=late.values(), now=now, url_name="your_part", once_key=f"unconfirmed-{week}"
        )
    )


def _publish(
    school: School, key: TextKey, *, asks: bool, subject_kind: str, by: User, now: datetime, values: Mapping[str, str] | None = None
) -> TextVersion:
    newest = newest_version(school.pk, key)
    words = Words(newest.title, newest.body) if newest else ready_text(key)
    if newest is None or newest.published_at is not None:
        newest = _new_version(school, key, words, newest, by, now)
    known = values_now(school.pk) | dict(values or {})
    said = fill(words, known)
    newest.said_title, newest.said_body, newest.published_at, newest.published_by = said.title, said.body, now, by
    newest.values = {name: known[name] for name in placeholders_in(words)}
    newest.save(update_fields=["said_title", "said_body", "published_at", "published_by", "values"])
    _give_out(school, newest, asks=asks, subject_kind=subject_kind, by=by, now=now)
    _audit(school.pk, by, Action.COMMUNICATION_PUBLISHED, newest, {"key": str(key), "version": newest.number, "asks": asks}, now)
    return newest


def _give_out(school: School, version: TextVersion, *, asks: bool, subject_kind: str, by: User, now: datetime) -> None:
    """A message to whoever has an account, and an open item for each audience that the school tells itself."""
    spec = SPECS[version.key]
    HandOut.objects.filter(school=school, version__text_key=version.text_key, done_at=None, replaced_at=None).update(replaced_at=now)
    HandOut.objects.bulk_create(
        HandOut(school=school, version=version, audience=str(audience), asked_at=now, asked_by=by) for audience in spec.handed_to
    )
    if not spec.is_sent:
        return
    message = Message.objects.create(
        school=school, version=version, text_key=version.text_key, subject_kind=subject_kind, asks=asks, sent_at=now, sent_by=by
    )
    if people := people_for(school.pk, version.key):
        tell_people(
            school_id=school.pk, kind=NoticeKind.MESSAGE_WAITS, people=people, now=now, url_name="your_part", once_key=f"message-{message.pk}"
        )


def _new_version(school: School, key: TextKey, words: Words, before: TextVersion | None, by: User, now: datetime) -> TextVersion:
    number = before.number + 1 if before else 1
    return TextVersion.objects.create(
        school=school, text_key=key, number=number, title=words.title, body=words.body, written_at=now, written_by=by
    )


def _check_right(viewer: User, school_id: int) -> None:
    if not has_right(viewer, school_id, Right.RUN_PROGRAMME):
        raise NotFound


def _audit(school_id: int, by: User | None, action: Action, version: TextVersion, details: dict[str, object], now: datetime) -> None:
    fact = Fact(action, "text", (str(version.pk),), details)
    append(school_id=school_id, actor=Actor.person(by.pk) if by else SYSTEM, fact=fact, now=now)


__all__ = ["Audience", "acknowledge", "announce", "mark_handed_out", "mark_of", "publish_text", "remind", "save_text", "values_now"]
