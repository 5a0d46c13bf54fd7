"""What the pages say, and that each way through them works without a script."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from heedful.people.actions import set_strands
from heedful.people.rules import Strand
from heedful.programme.calibration.actions import open_round
from heedful.programme.calibration.deck import DeckName
from heedful.programme.calibration.models import CalibrationRound, CardAnswer, OwnCard, Sorter
from heedful.thresholds.models import ThresholdDraft
from tests.personas.people import Persona, Place

NOW = timezone.now()


@pytest.fixture
def held(larkfield: Place) -> CalibrationRound:
    for key, strand in (("dsl", Strand.SAFEGUARDING), ("behaviour_lead", Strand.BEHAVIOUR)):
        set_strands(user=larkfield.staff[key], school=larkfield.school, strands=[strand], by=None, now=NOW)
    return open_round(school=larkfield.school, deck=DeckName.SHORT, with_own=False, by=larkfield.staff["dsl"], now=NOW)


def text_of(persona: Persona, url_name: str, *args: object) -> str:
    return persona.opens(url_name, *args).content.decode()


def results_in(shown: str) -> str:
    """The results' part of a round's page, without the list of who has finished."""
    return shown.split('class="results"')[1].split('id="people-title"')[0]


def sorts(persona: Persona, held: CalibrationRound, pile: str = "safeguarding") -> None:
    for number in range(1, 21):
        persona.posts("calibration_card", held.school_id, held.pk, number, pile=pile, urgency="today")
    persona.posts("calibration_finish", held.school_id, held.pk)


def test_a_lead_begins_a_round_and_a_member_finds_it(larkfield: Place, dsl: Persona, behaviour_lead: Persona) -> None:
    school = larkfield.school.pk
    set_strands(user=larkfield.staff["behaviour_lead"], school=larkfield.school, strands=[Strand.BEHAVIOUR], by=None, now=NOW)
    assert "The safeguarding lead begins one" in text_of(behaviour_lead, "calibration", school)
    assert dsl.posts("calibration_start", school, deck="short").status_code == 302
    assert "Sort your cards" in text_of(behaviour_lead, "calibration", school)


def test_card_after_card_to_the_end_without_a_script(held: CalibrationRound, dsl: Persona) -> None:
    school = held.school_id
    begun = dsl.opens("calibration_sort", school, held.pk)
    assert begun["Location"].endswith(f"/calibration/{held.pk}/cards/1/")
    for number in range(1, 21):
        answer = dsl.posts("calibration_card", school, held.pk, number, pile="both", urgency="today", go="on")
    assert answer["Location"].endswith(f"/calibration/{held.pk}/")
    assert "You have sorted all 20" in text_of(dsl, "calibration_round", school, held.pk)
    assert dsl.posts("calibration_finish", school, held.pk).status_code == 302
    assert dsl.opens("calibration_card", school, held.pk, 1).status_code == 302  # finished: to the round
    assert CardAnswer.objects.count() == 20


def test_a_card_is_left_out_by_going_on_and_comes_back_first(held: CalibrationRound, dsl: Persona) -> None:
    assert dsl.posts("calibration_card", held.school_id, held.pk, 1, go="on")["Location"].endswith("/cards/2/")
    dsl.posts("calibration_card", held.school_id, held.pk, 2, pile="record_only")
    assert dsl.opens("calibration_sort", held.school_id, held.pk)["Location"].endswith("/cards/1/")
    assert dsl.posts("calibration_card", held.school_id, held.pk, 2, pile="record_only", go="back")["Location"].endswith("/cards/1/")


def test_half_an_answer_is_kept_and_the_page_says_what_is_missing(held: CalibrationRound, dsl: Persona) -> None:
    answer = dsl.posts("calibration_card", held.school_id, held.pk, 1, pile="behaviour", go="on")
    assert answer.status_code == 422
    assert "Say how soon somebody should act, too." in answer.content.decode()
    assert 'value="behaviour" checked' in answer.content.decode()


def test_a_script_keeps_an_answer_at_once_and_learns_when_it_is_too_late(held: CalibrationRound, dsl: Persona) -> None:
    assert dsl.posts("calibration_card", held.school_id, held.pk, 1, pile="behaviour", quietly="yes").status_code == 204
    assert CardAnswer.objects.get().pile == "behaviour"
    Sorter.objects.update(first_done_at=NOW)
    assert dsl.posts("calibration_card", held.school_id, held.pk, 1, pile="both", urgency="now", quietly="yes").status_code == 409
    assert CardAnswer.objects.get().pile == "behaviour"


def test_the_card_itself_tells_neither_theme_nor_level(held: CalibrationRound, dsl: Persona) -> None:
    shown = text_of(dsl, "calibration_card", held.school_id, held.pk, 1)
    assert "To be with Grandad" in shown
    assert "Suicide" not in shown
    assert "level" not in shown.lower()


def test_results_lead_with_the_count_and_keep_alpha_behind_details(held: CalibrationRound, dsl: Persona, behaviour_lead: Persona) -> None:
    sorts(dsl, held)
    before = text_of(behaviour_lead, "calibration_round", held.school_id, held.pk)
    assert " agreed</h2>" not in before
    assert "The results show here once you and at least two others have finished" in before
    sorts(behaviour_lead, held, "behaviour")
    dsl.posts("calibration_step", held.school_id, held.pk, "results")
    after = text_of(behaviour_lead, "calibration_round", held.school_id, held.pk)
    assert "0 of 20 agreed" in after
    assert after.index("0 of 20 agreed") < after.index("<summary>Details: how far you agree beyond chance") < after.index("alpha")
    assert "Amara Lockhart" not in results_in(after)
    assert "Same school day" in results_in(after)


def test_names_are_shown_only_when_the_whole_group_wants_it(held: CalibrationRound, dsl: Persona, behaviour_lead: Persona) -> None:
    sorts(dsl, held)
    sorts(behaviour_lead, held)
    dsl.posts("calibration_step", held.school_id, held.pk, "results")
    refused = dsl.posts("calibration_step", held.school_id, held.pk, "names")
    assert refused.status_code == 422
    assert "Tick that everybody in the group wants to see names." in refused.content.decode()
    assert dsl.posts("calibration_step", held.school_id, held.pk, "names", agreed="yes").status_code == 302
    assert "Priya Vance" in results_in(text_of(dsl, "calibration_round", held.school_id, held.pk))


def test_from_a_discussed_round_to_the_draft_in_the_editor(held: CalibrationRound, dsl: Persona, behaviour_lead: Persona) -> None:
    school = held.school_id
    sorts(dsl, held)
    sorts(behaviour_lead, held)
    dsl.posts("calibration_step", school, held.pk, "results")
    assert "Say first, on the page of the round" in text_of(dsl, "calibration_proposal", school, held.pk)
    dsl.posts("calibration_step", school, held.pk, "settle")
    shown = text_of(dsl, "calibration_proposal", school, held.pk)
    assert "All 2 said safeguarding, same school day." in shown
    assert "Propose the table" in shown
    assert "Propose the table" not in text_of(behaviour_lead, "calibration_proposal", school, held.pk)
    answer = dsl.posts("calibration_propose", school, held.pk)
    draft = ThresholdDraft.objects.get()
    assert answer["Location"].endswith(f"/thresholds/drafts/{draft.pk}/")
    assert dsl.browser.get(answer["Location"]).status_code == 200


def test_paper_with_a_missing_half_comes_back_with_what_was_typed(held: CalibrationRound, dsl: Persona) -> None:
    card = held.cards[2]
    answer = dsl.posts("calibration_paper", held.school_id, held.pk, described_as="Parent governor", **{f"pile-{card}": "both"})
    assert answer.status_code == 422
    assert "Card 3: say how soon, or leave the card out." in answer.content.decode()
    assert "Parent governor" in answer.content.decode()
    answer = dsl.posts(
        "calibration_paper", held.school_id, held.pk, described_as="Parent governor", **{f"pile-{card}": "both", f"urgency-{card}": "now"}
    )
    assert answer.status_code == 302
    assert CardAnswer.objects.get().sorter.described_as == "Parent governor"


@pytest.mark.parametrize(("paper", "pages", "millimetres"), [("a6", 20, (105, 148)), ("a4", 5, (210, 297))])
def test_the_cards_print_one_an_a6_page_or_four_an_a4_page(
    held: CalibrationRound, dsl: Persona, paper: str, pages: int, millimetres: tuple[int, int]
) -> None:
    answer = dsl.opens("calibration_round_pdf", held.school_id, held.pk, paper)
    assert answer["Cache-Control"] == "no-store"
    reader = PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == pages
    box = reader.pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == millimetres
    words = " ".join(page.extract_text() for page in reader.pages)
    assert "To be with Grandad" in words
    assert words.count("Where does it belong?") == 20


def test_a_card_of_ones_own_is_written_and_withdrawn(larkfield: Place, dsl: Persona) -> None:
    school = larkfield.school.pk
    given = {"title": "Behind the hall", "text": "A pupil types it.", "theme": "drugs", "band": "ks3", "level_from": "3", "level_to": "2"}
    refused = dsl.posts("calibration_card_add", school, **given)
    assert "Choose a level that is not below the first." in refused.content.decode()
    assert dsl.posts("calibration_card_add", school, **given | {"level_to": "3"}).status_code == 302
    assert "Behind the hall" in text_of(dsl, "calibration_cards", school)
    assert dsl.posts("calibration_card_withdraw", school, OwnCard.objects.get().pk).status_code == 302
    assert "Behind the hall" not in text_of(dsl, "calibration_cards", school)
    named = dsl.posts("calibration_card_add", school, **given | {"level_to": "3", "text": "Nia Merrick typed it."})
    assert "This has the name of a pupil on your roll in it." in named.content.decode()


def test_the_notes_fill_an_hour(larkfield: Place, governor: Persona) -> None:
    shown = text_of(governor, "calibration_notes", larkfield.school.pk)
    assert "0 to 5 min" in shown
    assert "57 to 60 min" in shown
