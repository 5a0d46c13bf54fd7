"""Behaviour or safeguarding? Its cards, rounds and proposal."""

from __future__ import annotations

from django.utils import timezone

from heedful.people.actions import set_strands
from heedful.people.rules import Strand
from heedful.programme.calibration.actions import add_own_card, open_results, open_round, save_answer, settle, stop_round
from heedful.programme.calibration.deck import DeckName
from heedful.programme.calibration.models import CalibrationRound
from tests.personas.people import Place
from tests.personas.table import Row, Subjects, only

SCHOOL, ROUND, SETTLED, CARD = "school", "a round of cards", "a discussed round of cards", "a card of the school's own"
SEES = ("dsl", "deputy", "behaviour_lead", "technician", "head", "governor")
RUNS = ("dsl", "deputy", "head")
MEMBERS = ("dsl", "behaviour_lead")  # of the working group, here
SEE_THRESHOLDS = ("dsl", "deputy", "behaviour_lead", "head")

ROWS = (
    Row("calibration", only(200, *SEES), (SCHOOL,)),
    Row("calibration_start", only(422, *RUNS), (SCHOOL,), {}),
    Row("calibration_notes", only(200, *SEES), (SCHOOL,)),
    Row("calibration_cards", only(200, *SEES), (SCHOOL,)),
    Row("calibration_card_add", only(422, *RUNS), (SCHOOL,), {}),
    Row("calibration_card_withdraw", only(302, *RUNS), (SCHOOL, CARD), {}),
    Row("calibration_deck_pdf", only(404), (SCHOOL, "short", "a0")),
    Row("calibration_deck_pdf", only(200, *SEES), (SCHOOL, "short", "a6")),
    Row("calibration_round", only(200, *SEES), (SCHOOL, ROUND)),
    Row("calibration_round_pdf", only(404), (SCHOOL, ROUND, "a0")),
    Row("calibration_sort", only(302, *SEES), (SCHOOL, ROUND)),
    Row("calibration_card", only(200, *MEMBERS), (SCHOOL, ROUND, "1")),
    Row("calibration_card", only(302, *MEMBERS), (SCHOOL, ROUND, "1"), {"pile": "both", "urgency": "now"}),
    Row("calibration_card", only(422, *MEMBERS), (SCHOOL, ROUND, "1"), {"pile": "both"}),
    Row("calibration_card", only(404), (SCHOOL, ROUND, "21")),
    Row("calibration_finish", only(422, *SEES), (SCHOOL, ROUND), {}),
    Row("calibration_paper", only(200, *RUNS), (SCHOOL, ROUND)),
    Row("calibration_paper", only(422, *RUNS), (SCHOOL, ROUND), {}),
    Row("calibration_proposal", only(404), (SCHOOL, ROUND)),
    Row("calibration_proposal", only(200, *SEE_THRESHOLDS), (SCHOOL, SETTLED)),
    Row("calibration_propose", only(422, *RUNS), (SCHOOL, ROUND), {}),
    Row("calibration_propose", only(302, *RUNS), (SCHOOL, SETTLED), {}),
    Row("calibration_step", only(422, *RUNS), (SCHOOL, ROUND, "results"), {}),
    Row("calibration_step", only(302, *RUNS), (SCHOOL, ROUND, "stop"), {}),
    Row("calibration_step", only(404), (SCHOOL, ROUND, "somewhere"), {}),
)


def a_round(place: Place) -> int:
    """A round that was just begun; one that is open from an earlier row is stopped."""
    now, dsl = timezone.now(), place.staff["dsl"]
    for key in MEMBERS:
        strand = Strand.SAFEGUARDING if key == "dsl" else Strand.BEHAVIOUR
        set_strands(user=place.staff[key], school=place.school, strands=[strand], by=None, now=now)
    for held in CalibrationRound.objects.filter(school=place.school, settled_at=None):
        stop_round(school=place.school, round_id=held.pk, by=dsl, now=now)
    return open_round(school=place.school, deck=DeckName.SHORT, with_own=False, by=dsl, now=now).pk


def a_settled_round(place: Place) -> int:
    now, dsl, number = timezone.now(), place.staff["dsl"], a_round(place)
    card = CalibrationRound.objects.get(pk=number).cards[0]
    for key in MEMBERS:
        save_answer(school=place.school, round_id=number, card=card, pile="both", urgency="now", by=place.staff[key], now=now)
    open_results(school=place.school, round_id=number, by=dsl, now=now)
    settle(school=place.school, round_id=number, by=dsl, now=now)
    return number


def a_card(place: Place) -> int:
    return add_own_card(
        school=place.school, theme="drugs", band="ks3", levels=(2, 3), title="Behind the hall", text="A made-up card.",
        by=place.staff["dsl"], now=timezone.now(),
    ).pk  # fmt: skip


SUBJECTS: Subjects = {
    ROUND: lambda place: str(a_round(place)),
    SETTLED: lambda place: str(a_settled_round(place)),
    CARD: lambda place: str(a_card(place)),
}
