"""What the pages of pictures, identity and support show in their tests and pictures: a picture, a sealed one, an unknown account."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from PIL import Image, ImageDraw

from heedful.captures.actions.decide import dismiss_capture
from heedful.captures.actions.move import move_capture
from heedful.captures.actions.passing import pass_capture
from heedful.captures.actions.seal import ask_destruction, seal_picture_of
from heedful.captures.models import Capture
from heedful.captures.queries.opened import open_capture
from heedful.captures.rules import Agency, FalsePositive, MoveReason
from heedful.people.actions import change_school, note_accounts_seen
from heedful.people.models import Account
from tests.personas.people import Place

CHAT = "meet me behind the gym and bring the vapes"


@dataclass(frozen=True)
class ReadingScene:
    """Numbers that pages are opened on."""

    pictured: int
    sealed: int
    asked: int
    passed: int
    moved: int
    stranger: int


def screen() -> bytes:
    """A drawn picture of an invented chat."""
    image = Image.new("RGB", (960, 540), "#f4f6fb")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 960, 56), fill="#2b4a8b")
    draw.text((24, 20), "Chat - 10B group", fill="white")
    for top, side, words in ((90, 24, "anyone around after school?"), (150, 500, CHAT), (210, 24, "ok")):
        draw.rounded_rectangle((side, top, side + 420, top + 40), 12, fill="#d6e4ff" if side > 100 else "#ffffff")
        draw.text((side + 14, top + 14), words, fill="#1c2433")
    written = io.BytesIO()
    image.save(written, "WEBP", quality=80)
    return written.getvalue()


def set_reading_scene(place: Place, *, now: datetime) -> ReadingScene:
    """Captures with pictures, of which one is sealed and one is to be destroyed; one that was passed on; an account nobody knows."""
    change_school(place.school, reason="Agreed by the working group", now=now, pictures=True)
    place.device.refresh_from_db()
    dsl, deputy = place.staff["dsl"], place.staff["deputy"]

    def stored(minutes: int, text: str = "anyone selling vapes at lunch", pupil: int = 1) -> int:
        at = now - timedelta(minutes=minutes)
        before = ((70, "anyone around after school?"),)
        return place.stores(text, pupil=pupil, observed_at=at, now=at, picture=screen(), host="chat.school.example", title="10B group", before=before)

    old, pictured, sealed, asked = stored(60 * 24 * 4), stored(8), stored(400), stored(800)
    passed = stored(30, "hes got a knife in his bag and he said hes gonna stab liam after school", 3)
    dismiss_capture(number=old, reason=FalsePositive.SCHOOLWORK, revision=Capture.objects.get(pk=old).revision, viewer=deputy, now=now - timedelta(days=3))
    for number in (sealed, asked):
        seal_picture_of(number=number, viewer=dsl, now=now - timedelta(minutes=6))
    ask_destruction(number=asked, agency=Agency.POLICE, reference="CR/1234/26", viewer=deputy, now=now - timedelta(minutes=2))
    pass_capture(number=passed, to=dsl.pk, viewer=deputy, now=now - timedelta(minutes=20))
    moved = stored(50)
    open_capture(dsl, moved, now=now - timedelta(minutes=40))
    revision = Capture.objects.get(pk=moved).revision
    move_capture(number=moved, to=place.pupils[2].pk, reason=MoveReason.SOMEBODY_ELSE, revision=revision, viewer=deputy, now=now - timedelta(minutes=30))
    note_accounts_seen(school_id=place.school.pk, addresses=["j.nowak.home@elsewhere.example"], now=now)
    stranger = Account.objects.get(school=place.school, address="j.nowak.home@elsewhere.example")
    return ReadingScene(pictured, sealed, asked, passed, moved, stranger.pk)
