"""Too much reading: lock it, and tell the others. Called after each answer, it may run twice at once and changes things once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.models import User
from heedful.people.queries import schools_with
from heedful.people.reading.actions import lock_reading
from heedful.people.reading.queries import lifted_since, others_to_tell, pictures_of, reads_of
from heedful.people.reading.rules import MOST_PICTURES, MOST_READS
from heedful.people.rules import Right

PAGE = "reading"


def watch_reading(*, person: User, now: datetime) -> None:
    """Lock this person's reading at MOST_READS, and tell of more than MOST_PICTURES in an hour, once an hour."""
    if reads_of(person, now=now) >= MOST_READS and (reads := reads_of(person, now=now, since=lifted_since(person))) >= MOST_READS:
        with transaction.atomic():
            lock = lock_reading(person=person, reads=reads, now=now)
            if lock is not None:
                _tell(person, NoticeKind.READING_LOCKED, number=lock.pk, once_key=f"lock {lock.pk}", now=now)
    pictures = pictures_of(person, now=now)
    if pictures > MOST_PICTURES:
        _tell(person, NoticeKind.MANY_PICTURES, number=pictures, once_key=f"{person.pk} {now:%Y-%m-%d %H}", now=now)


def _tell(person: User, kind: NoticeKind, *, number: int, once_key: str, now: datetime) -> None:
    schools = schools_with(person, Right.READ_BEHAVIOUR)
    for school_id, people in others_to_tell(person, schools, head_always=kind == NoticeKind.READING_LOCKED).items():
        tell_people(school_id=school_id, kind=kind, people=people, now=now, number=number, url_name=PAGE, once_key=once_key)
