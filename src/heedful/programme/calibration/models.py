"""A school's rounds of sorting, who sorted, what they said, and the school's own cards. All of it is fiction; no pupil is in it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heedful.people.models import School, User
from heedful.people.rules import AgeBand, Strand
from heedful.programme.calibration.deck import DeckName
from heedful.programme.calibration.rules import Phase, Pile
from heedful.thresholds.rules import Urgency

KEY_LENGTH = 40


class OwnCard(models.Model):
    """A vignette that a school wrote. It is never changed, so that a round stays what was sorted; withdrawn, it is in no new round."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="own_cards")
    theme = models.CharField(max_length=30)
    band = models.CharField(max_length=10, choices=AgeBand.choices)
    level_from = models.PositiveSmallIntegerField()
    level_to = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=40)
    text = models.CharField(max_length=500)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)


class CalibrationRound(models.Model):
    """One deck, sorted by the people of one working group. A moment that is empty has not come yet."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="calibration_rounds")
    deck = models.CharField(max_length=10, choices=DeckName.choices)
    cards = models.JSONField(help_text="Keys of the cards, in the order in which they are sorted.")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    results_opened_at = models.DateTimeField(null=True, blank=True, help_text="Everybody sees the results, and the first sort is over.")
    names_shown_at = models.DateTimeField(null=True, blank=True, help_text="The group chose to see who said what.")
    second_opened_at = models.DateTimeField(null=True, blank=True)
    second_cards = models.JSONField(default=list, help_text="Keys of the disputed cards, which are sorted again.")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="Discussed, or stopped.")
    was_stopped = models.BooleanField(default=False)
    draft = models.PositiveBigIntegerField(null=True, blank=True, help_text="Number of the draft of thresholds that was made of it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school"], condition=Q(settled_at=None), name="calibration_one_open")]

    @property
    def phase(self) -> Phase:
        if self.settled_at is not None:
            return Phase.SETTLED
        if self.second_opened_at is not None:
            return Phase.SORTING_AGAIN
        return Phase.SORTING if self.results_opened_at is None else Phase.TALKING


class Sorter(models.Model):
    """One person in one round: a member with an account, or one from outside whose cards came back on paper."""

    round = models.ForeignKey(CalibrationRound, on_delete=models.CASCADE, related_name="sorters")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    described_as = models.CharField(
        max_length=60, blank=True, help_text="Who they are, where they have no account: a part, no pupil's name."
    )
    strand = models.CharField(max_length=20, blank=True, choices=Strand.choices, help_text="For one from outside.")
    first_done_at = models.DateTimeField(null=True, blank=True)
    second_done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "user"], condition=Q(user__isnull=False), name="calibration_sorter_once")]


class CardAnswer(models.Model):
    """What one person said of one card in one of the two sorts. Half an answer is kept too, for whoever comes back."""

    sorter = models.ForeignKey(Sorter, on_delete=models.CASCADE, related_name="answers")
    card = models.CharField(max_length=KEY_LENGTH)
    sort = models.PositiveSmallIntegerField(help_text="1, or 2 after the discussion.")
    pile = models.CharField(max_length=20, blank=True, choices=Pile.choices)
    urgency = models.CharField(max_length=10, blank=True, choices=Urgency.choices)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sorter", "card", "sort"], name="calibration_answer_once")]
