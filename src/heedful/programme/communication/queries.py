"""Where the texts stand, who has confirmed, what is still to be given out, and one's own part. Pages have asked for the right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from heedful.captures.queries.monitoring import MonitoringFacts
from heedful.people.models import PilotAudience, School, User
from heedful.people.queries import my_schools, people_with_role, rights_by_school
from heedful.people.rules import AgeBand, RoleName, Stage
from heedful.programme.communication.filling import Drift, drift_of, placeholders_in
from heedful.programme.communication.models import Acknowledgement, HandOut, Message, TextVersion
from heedful.programme.communication.rules import SHOWN_FOR, Share
from heedful.programme.communication.texts import SPECS, Spec, TextKey, ready_text


def newest_version(school_id: int, key: TextKey) -> TextVersion | None:
    """The newest, published or a draft; None where the school has only the ready text."""
    return TextVersion.objects.filter(school_id=school_id, text_key=key).order_by("-number").first()


def published_version(school_id: int, key: TextKey) -> TextVersion | None:
    """What people were last given."""
    return TextVersion.objects.filter(school_id=school_id, text_key=key, published_at__isnull=False).order_by("-number").first()


def versions_of(school_id: int, key: TextKey) -> list[TextVersion]:
    """Every version, the newest first."""
    rows = TextVersion.objects.filter(school_id=school_id, text_key=key).select_related("written_by", "published_by")
    return list(rows.order_by("-number"))


def people_for(school_id: int, key: TextKey) -> list[User]:
    """Active people with an account whom this text is for, as their roles are now."""
    return people_with_role(school_id, *SPECS[key].roles)


def latest_asking(school_id: int, key: TextKey) -> Message | None:
    """The message of this text that people are asked to confirm; an older one asks no more."""
    return Message.objects.filter(school_id=school_id, text_key=key, asks=True).order_by("-sent_at", "-id").first()


def unconfirmed(message: Message) -> list[User]:
    """Who is asked and has not confirmed, by name."""
    confirmed = set(Acknowledgement.objects.filter(message=message).values_list("user_id", flat=True))
    return sorted((person for person in people_for(message.school_id, message.key) if person.pk not in confirmed), key=lambda person: person.name)


@dataclass(frozen=True)
class Told:
    """How far staff are told: since when they are asked, how many have confirmed, and who has not."""

    sent_at: datetime | None
    version: int
    share: Share
    missing: tuple[User, ...]


def staff_told(school_id: int) -> Told:
    """Of the notice to all staff."""
    message = latest_asking(school_id, TextKey.STAFF)
    people = people_for(school_id, TextKey.STAFF)
    if message is None:
        return Told(None, 0, Share(0, len(people)), tuple(people))
    missing = unconfirmed(message)
    return Told(message.sent_at, message.version.number, Share(len(people) - len(missing), len(people)), tuple(missing))


def pilot_staff_untold(school_id: int) -> list[User] | None:
    """Those of the pilot's audience who have not confirmed the notice to staff; None where it has not been sent."""
    message = latest_asking(school_id, TextKey.STAFF)
    if message is None:
        return None
    audience = set(PilotAudience.objects.filter(school_id=school_id).values_list("user_id", flat=True))
    return [person for person in unconfirmed(message) if person.pk in audience]


@dataclass(frozen=True)
class TextState:
    """How one text stands. `to_hand_out` are the open items of the published version."""

    spec: Spec
    newest: TextVersion | None
    published: TextVersion | None
    drift: tuple[Drift, ...]
    to_hand_out: tuple[HandOut, ...]
    handed_out: tuple[HandOut, ...]

    @property
    def key(self) -> TextKey:
        return self.spec.key

    @property
    def has_draft(self) -> bool:
        return self.newest is not None and self.newest.published_at is None

    def is_shown(self, stage: str) -> bool:
        """Whether the list of texts has it: one that is announced once it was, the pilot's until the pilot is over."""
        is_over = self.spec.is_pilot and stage in {Stage.LIVE, Stage.UNDER_REVIEW}
        return self.published is not None or not (self.spec.is_announced or is_over)

    @property
    def is_out(self) -> bool:
        """Published, true, and given to those whom the school tells itself."""
        return self.published is not None and not self.drift and not self.to_hand_out


def is_for(spec: Spec, facts: MonitoringFacts) -> bool:
    """Whether this school needs the text at all: it has pupils of that age, in its pilot where it is the pilot's."""
    bands = set(facts.pilot_bands if spec.is_pilot else facts.bands)
    return not spec.bands or bool(spec.bands & (bands - {AgeBand.UNKNOWN} or {AgeBand.UNKNOWN}))


def states_of(school_id: int, facts: MonitoringFacts, values: dict[str, str]) -> list[TextState]:
    """Every text that this school needs, in their order. Three queries."""
    newest: dict[str, TextVersion] = {}
    published: dict[str, TextVersion] = {}
    for version in TextVersion.objects.filter(school_id=school_id).select_related("published_by").order_by("number"):
        newest[version.text_key] = version
        if version.published_at:
            published[version.text_key] = version
    hand_outs = list(HandOut.objects.filter(version__in=published.values(), replaced_at=None).select_related("version", "done_by").order_by("id"))
    return [
        _state(spec, newest.get(key), published.get(key), [row for row in hand_outs if row.version.text_key == key], values)
        for key, spec in SPECS.items()
        if is_for(spec, facts) or key in newest
    ]


def _state(spec: Spec, newest: TextVersion | None, published: TextVersion | None, rows: list[HandOut], values: dict[str, str]) -> TextState:
    # What was announced was true on its day, and is not mended by publishing it again.
    drift = drift_of(published.values, published.values, values) if published and not spec.is_announced else ()
    to_do, done = tuple(row for row in rows if not row.done_at), tuple(row for row in rows if row.done_at)
    return TextState(spec, newest, published, drift, to_do, done)


def open_hand_outs(school_id: int) -> list[HandOut]:
    """What is still to be given out, the oldest first."""
    rows = HandOut.objects.filter(school_id=school_id, done_at=None, replaced_at=None).select_related("version")
    return list(rows.order_by("asked_at", "id"))


def done_hand_outs(school_id: int, *, most: int = 20) -> list[HandOut]:
    """What was given out, the latest first."""
    rows = HandOut.objects.filter(school_id=school_id, done_at__isnull=False).select_related("version", "done_by")
    return list(rows.order_by("-given_on", "-id")[:most])


@dataclass(frozen=True)
class MyMessage:
    """A message on somebody's own page. `confirmed_at` is None where it asks and they have not confirmed."""

    id: int
    key: TextKey
    school: str
    title: str
    body: str
    sent_at: datetime
    asks: bool
    confirmed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.asks and self.confirmed_at is None


def messages_for(viewer: User, *, now: datetime) -> list[Message]:
    """The newest message of each text that is for one of the viewer's roles; what asks nothing, for a month. The newest first."""
    roles: dict[int, set[RoleName]] = {school.pk: set() for school in my_schools(viewer)}
    for school_id, name in viewer.roles.values_list("school_id", "name"):
        roles.setdefault(school_id, set()).add(RoleName(name))
    found: dict[tuple[int, str], Message] = {}
    rows = Message.objects.filter(school_id__in=roles).select_related("version", "school").order_by("-sent_at", "-id")
    for message in rows:
        spec = SPECS[message.key]
        if roles[message.school_id] & spec.roles and (message.asks or message.sent_at > now - SHOWN_FOR):
            if message.asks:
                found.setdefault((message.school_id, f"{message.text_key} asks"), message)
            else:
                found.setdefault((message.school_id, message.text_key), message)
    return sorted(found.values(), key=lambda message: message.sent_at, reverse=True)


def my_messages(viewer: User, *, now: datetime) -> list[MyMessage]:
    """The same as a page shows it: what is still to be confirmed first."""
    messages = messages_for(viewer, now=now)
    confirmed = dict(Acknowledgement.objects.filter(user=viewer, message__in=messages).values_list("message_id", "at"))
    mine = [
        MyMessage(each.pk, each.key, each.school.name, each.version.said_title, each.version.said_body, each.sent_at, each.asks, confirmed.get(each.pk))
        for each in messages
    ]
    return sorted(mine, key=lambda each: not each.is_open)


@dataclass(frozen=True)
class MySchool:
    """One school of a member of staff: who leads safeguarding there, and what was published on their part."""

    id: int
    name: str
    leads: tuple[str, ...]
    deputies: tuple[str, ...]
    launch_on: date | None
    is_public: bool
    """Whether anybody can read what is monitored there."""
    parts: tuple[tuple[str, str], ...]
    """Title and body of the published texts for the viewer's roles, else the ready ones."""


def my_places(viewer: User) -> list[MySchool]:
    """The viewer's schools, by name."""
    roles: dict[int, set[RoleName]] = {}
    for school_id, name in viewer.roles.values_list("school_id", "name"):
        roles.setdefault(school_id, set()).add(RoleName(name))
    return [_my_place(school, roles.get(school.pk, set())) for school in my_schools(viewer) if school.pk in rights_by_school(viewer)]


def _my_place(school: School, roles: Iterable[RoleName]) -> MySchool:
    parts = []
    for key in (TextKey.LEADS, TextKey.BEHAVIOUR, TextKey.TECHNICIANS, TextKey.HEAD, TextKey.GOVERNORS):
        if SPECS[key].roles & set(roles):
            version, ready = published_version(school.pk, key), ready_text(key)
            parts.append((version.said_title, version.said_body) if version else (ready.title, "" if placeholders_in(ready) else ready.body))
    names = [tuple(person.name for person in people_with_role(school.pk, role)) for role in (RoleName.DSL, RoleName.DEPUTY)]
    return MySchool(school.pk, school.name, names[0], names[1], school.launch_on, school.stage != Stage.SET_UP, tuple(parts))
