"""The steps of a deployment, in their order: pure."""

from __future__ import annotations

from django.db.models import TextChoices


class Step(TextChoices):
    """`BEFORE` is what comes before anything is installed; the six after it are the board's."""

    BEFORE = "before", "Before you install"
    WORKING_GROUP = "working_group", "Working group"
    PILOT = "pilot", "Pilot"
    POLICIES = "policies", "Policies"
    COMMUNICATION = "communication", "Communication"
    TRAINING = "training", "Training"
    LAUNCH = "launch", "Launch"
    REVIEW = "review", "Review"


# The page on which each step's work is done: the name of a URL that takes the school's number.
PAGES: dict[Step, str] = {
    Step.BEFORE: "plan",
    Step.WORKING_GROUP: "working_group",
    Step.PILOT: "pilot",
    Step.POLICIES: "policies",
    Step.COMMUNICATION: "communication",
    Step.TRAINING: "training",
    Step.LAUNCH: "launch",
    Step.REVIEW: "reviews",
}
