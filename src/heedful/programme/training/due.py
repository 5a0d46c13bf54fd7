"""What of their training waits for a member of staff, for the page "Your part"."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from heedful.people.models import User
from heedful.people.queries import my_schools
from heedful.programme.training.queries import Item, my_training
from heedful.programme.training.rules import Standing
from heedful.programme.waiting import Waits


def training_due(user: User, now: datetime) -> tuple[Waits, ...]:
    """One sentence for each module that they have not passed, or that ends soon; in each of their schools."""
    return tuple(
        Waits(says(item), reverse("training", args=[school.pk]), item.expires_on)
        for school in my_schools(user)
        if (learner := my_training(user, school.pk, now=now)) is not None
        for item in learner.items
        if item.standing is not Standing.DONE and not item.stands_in
    )


def says(item: Item) -> str:
    """`Training: Awareness for all staff, 15 minutes`."""
    return f"Training: {item.module.title}, {item.module.minutes} minutes"
