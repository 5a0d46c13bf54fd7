"""The pages of this room; each lies under `/programme/<school>/`."""

from django.urls import path

from heedful.programme.calibration.views import cards, paper, proposal, rounds, sorting

urlpatterns = [
    path("calibration/", rounds.calibration, name="calibration"),
    path("calibration/start/", rounds.calibration_start, name="calibration_start"),
    path("calibration/notes/", rounds.calibration_notes, name="calibration_notes"),
    path("calibration/cards/", cards.calibration_cards, name="calibration_cards"),
    path("calibration/cards/add/", cards.calibration_card_add, name="calibration_card_add"),
    path("calibration/cards/<int:card_id>/withdraw/", cards.calibration_card_withdraw, name="calibration_card_withdraw"),
    path("calibration/cards/<str:deck>-<str:paper>.pdf", cards.calibration_deck_pdf, name="calibration_deck_pdf"),
    path("calibration/<int:round_id>/", rounds.calibration_round, name="calibration_round"),
    path("calibration/<int:round_id>/sort/", sorting.calibration_sort, name="calibration_sort"),
    path("calibration/<int:round_id>/cards/<int:number>/", sorting.calibration_card, name="calibration_card"),
    path("calibration/<int:round_id>/finish/", sorting.calibration_finish, name="calibration_finish"),
    path("calibration/<int:round_id>/paper/", paper.calibration_paper, name="calibration_paper"),
    path("calibration/<int:round_id>/cards-<str:paper>.pdf", cards.calibration_round_pdf, name="calibration_round_pdf"),
    path("calibration/<int:round_id>/proposal/", proposal.calibration_proposal, name="calibration_proposal"),
    path("calibration/<int:round_id>/propose/", proposal.calibration_propose, name="calibration_propose"),
    path("calibration/<int:round_id>/step/<str:step>/", rounds.calibration_step, name="calibration_step"),
]
