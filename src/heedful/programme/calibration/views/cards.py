"""The cards themselves: to browse, to print, and the school's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.calibration import actions
from heedful.programme.calibration.deck import Card, DeckName, cards_of, shipped_cards
from heedful.programme.calibration.forms import OwnCardForm
from heedful.programme.calibration.queries.rounds import cards_of_round, number_of_own, own_cards, round_of, runs_rounds
from heedful.programme.calibration.rules import CalibrationRefused, Pile
from heedful.programme.steps import Step
from heedful.thresholds.rules import THEME_TITLES, Urgency
from heedful.web.decorators import command, not_found_on, page
from heedful.web.pdf import pdf_response

_PAPERS = {"a6": "cards_a6.css", "a4": "cards_a4.css"}


@page
@of_school(Right.SEE_PROGRAMME)
def calibration_cards(request: SignedIn, school: School) -> HttpResponse:
    """Every card, by theme, and the school's own."""
    return _cards(request, school, None)


@command
@of_school(Right.RUN_PROGRAMME)
def calibration_card_add(request: SignedIn, school: School) -> HttpResponse:
    """Keep a card of the school's own."""
    form = OwnCardForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_own_card(
                school=school, theme=given["theme"], band=given["band"], levels=form.levels(), title=given["title"], text=given["text"],
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except CalibrationRefused as fault:
            form.add_error("text", str(fault))
        else:
            messages.success(request, "Your card is kept. Tick “Add your own cards” when you begin a round.")
            return HttpResponseRedirect(reverse("calibration_cards", args=(school.pk,)))
    return _cards(request, school, form, status=422)


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def calibration_card_withdraw(request: SignedIn, school: School, card_id: int) -> HttpResponse:
    """Take a card of one's own out of new rounds."""
    actions.withdraw_own_card(school=school, card_id=card_id, by=request.user, now=timezone.now())
    messages.success(request, "The card is in no new round. Rounds that had it keep it.")
    return HttpResponseRedirect(reverse("calibration_cards", args=(school.pk,)))


def _cards(request: SignedIn, school: School, form: OwnCardForm | None, *, status: int = 200) -> HttpResponse:
    runs, cards = runs_rounds(request.user, school.pk), list(shipped_cards().values())
    context = {
        "school": school,
        "step": Step.WORKING_GROUP,
        "themes": [(title, [card for card in cards if card.theme == theme]) for theme, title in THEME_TITLES.items()],
        "total": len(cards),
        "own": [(card, number_of_own(card)) for card in own_cards(school.pk)],
        "form": (form or OwnCardForm()) if runs else None,
        "runs": runs,
    }
    return render(request, "calibration/cards.html", context, status=status)


@page
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def calibration_round_pdf(request: SignedIn, school: School, round_id: int, paper: str) -> HttpResponse:
    """The cards of a round, to be sorted on paper, numbered as on the screen."""
    return _pdf(school, cards_of_round(round_of(school.pk, round_id)), paper)


@page
@of_school(Right.SEE_PROGRAMME)
@not_found_on(NotFound)
def calibration_deck_pdf(request: SignedIn, school: School, deck: str, paper: str) -> HttpResponse:
    """A deck to print before any round is open."""
    if deck not in DeckName.values:
        raise NotFound
    return _pdf(school, [shipped_cards()[key] for key in cards_of(DeckName(deck))], paper)


def _pdf(school: School, cards: list[Card], paper: str) -> HttpResponse:
    if paper not in _PAPERS:
        raise NotFound
    context = {"school": school, "cards": list(enumerate(cards, 1)), "total": len(cards), "piles": list(Pile), "urgencies": list(Urgency)}
    return pdf_response("calibration/cards_pdf.html", context, file_name=f"heedful-cards-{paper}.pdf", styles=[_PAPERS[paper]])
