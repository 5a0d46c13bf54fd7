"""Communication, the page of each member of staff, the public page, the DPIA."""

from __future__ import annotations

from django.utils import timezone

from heedful.assurance.dpia.actions import mark_of as dpia_mark_of
from heedful.assurance.dpia.actions import save_dpia
from heedful.assurance.dpia.queries import newest_version as dpia_version
from heedful.programme.communication.actions import mark_of, publish_text
from heedful.programme.communication.models import Message
from heedful.programme.communication.queries import newest_version, open_hand_outs
from heedful.programme.communication.texts import TextKey
from tests.personas.people import Place
from tests.personas.table import MANAGERS, Row, Subjects, everybody, only

HAND_OUT, MESSAGE, DPIA = "something to hand out", "a message to all staff", "a version of the DPIA"
SEES = ("dsl", "deputy", "behaviour_lead", "technician", "head", "governor")
RUNS = ("deputy", *MANAGERS)
# Public by design: for pupils and families, without a session, and with nobody in it.
PUBLIC = ("about_monitoring", "about_monitoring_for")
ROWS = (
    Row("your_part", everybody(200)),
    Row("your_part_confirm", only(302, *SEES[:-1], "staff_member"), (MESSAGE,), {}),
    Row("communication", only(200, *SEES), ("school",)),
    Row("communication_text", only(200, *SEES), ("school", "parents")),
    Row("communication_text", only(404), ("school", "no-such-text")),
    Row("communication_text", only(422, *RUNS), ("school", "leads"), {}),
    Row("communication_publish", only(422, *RUNS), ("school", "leads"), {}),
    Row("communication_print", only(200, *SEES), ("school", "pupils_ks2")),
    Row("communication_handed_out", only(422, *RUNS), ("school", HAND_OUT), {}),
    Row("about_monitoring", everybody(200, anonymous=200), ("school",)),
    Row("about_monitoring", everybody(404, anonymous=404), ("1000000",)),
    Row("about_monitoring_for", everybody(200, anonymous=200), ("school", "ks2")),
    Row("about_monitoring_for", everybody(404, anonymous=404), ("school", "somebody-else")),
    Row("transparency", only(200, *SEES), ("school",)),
    Row("dpia", only(200, *SEES), ("school",)),
    Row("dpia", only(422, *RUNS), ("school",), {}),
    Row("dpia_approve", only(422, *MANAGERS), ("school",), {}),
    Row("dpia_print", only(200, *SEES), ("school", DPIA)),
    Row("backup_tried", only(302, *RUNS, "dsl_of_another_school", "technician"), (), {}),
    Row("transparency_switch", only(302, *RUNS), ("school",), {"on": "yes"}),
)


def _publish(place: Place, key: TextKey) -> None:
    seen = mark_of(newest_version(place.school.pk, key))
    publish_text(school=place.school, key=key, asks=True, seen=seen, viewer=place.staff["dsl"], now=timezone.now())


def something_to_hand_out(place: Place) -> str:
    _publish(place, TextKey.PARENTS)
    return str(open_hand_outs(place.school.pk)[-1].pk)


def a_message(place: Place) -> str:
    _publish(place, TextKey.STAFF)
    return str(Message.objects.filter(school=place.school).latest("pk").pk)


def a_dpia(place: Place) -> str:
    seen = dpia_mark_of(dpia_version(place.school.pk))
    given = {"purpose": "To notice early."}
    return str(save_dpia(school=place.school, given=given, seen=seen, viewer=place.staff["dsl"], now=timezone.now()).number)


SUBJECTS: Subjects = {HAND_OUT: something_to_hand_out, MESSAGE: a_message, DPIA: a_dpia}
