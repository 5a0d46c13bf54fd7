"""What the programme needs of this room, for the board and the gates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from heedful.assurance.transparency.queries import is_switched_on
from heedful.assurance.transparency.rules import is_public
from heedful.people.queries import school_by_number
from heedful.programme.needs import Found, Need, State
from heedful.programme.steps import Step


def _public_page(school_id: int, now: datetime) -> Found:
    school, url = school_by_number(school_id), reverse("transparency", args=[school_id])
    if school is not None and is_public(school.stage, is_switched_on=is_switched_on(school_id)):
        return Found(State.MET, "Pupils and families can read what is switched on, at an address of the school's own.", url)
    return Found(State.OPEN, "The public page is not shown yet. Families should be able to read it before the pilot begins.", url)


NEEDS: tuple[Need, ...] = (Need("public_page", Step.COMMUNICATION, "The public page is there for pupils and families", 0.25, _public_page),)
