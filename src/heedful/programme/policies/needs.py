"""What this step needs, for the board and the gates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from heedful.people.rules import Stage
from heedful.programme.needs import Found, Need, State
from heedful.programme.policies.queries.standing import PolicyFact, policy_facts, unlinked_themes
from heedful.programme.policies.rules import MUST_BE_LINKED, Kind, SignAs
from heedful.programme.steps import Step
from heedful.thresholds.rules import THEME_TITLES


def _linked(kind: Kind) -> Callable[[int, datetime], Found]:
    """Is there a policy of this kind, linked to what Heedful does, and within its review?"""

    def look(school_id: int, now: datetime) -> Found:
        facts = [fact for fact in policy_facts(school_id, today=timezone.localdate(now)) if kind in fact.kinds]
        good = next((fact for fact in facts if fact.is_linked and not fact.is_past_review), None)
        if good:
            return Found(State.MET, f"“{good.title}”, {good.label}: {_clauses(good)}, next review {_day(good)}.", _page("policy", school_id, good.id))
        if not facts:
            return Found(State.OPEN, f"No {kind.label.lower()} policy is in the register.", _page("policy_add", school_id))
        late = next((fact for fact in facts if fact.is_past_review), None)
        if late:
            return Found(State.OPEN, f"“{late.title}” is past its review of {_day(late)}.", _page("policy", school_id, late.id))
        waiting = next((fact for fact in facts if fact.to_confirm), None)
        if waiting:
            says = f"“{waiting.title}” has a new version, and its clauses wait to be confirmed."
            return Found(State.OPEN, says, _page("policy_confirm", school_id, waiting.id))
        return Found(State.OPEN, f"No clause of “{facts[0].title}” is linked to a theme or an action.", _page("policy_links", school_id))

    return look


def _signed(school_id: int, now: datetime) -> Found:
    facts = [fact for fact in policy_facts(school_id, today=timezone.localdate(now)) if Kind.INDECENT_IMAGES in fact.kinds]
    if not facts:
        return Found(State.OPEN, "The procedure for indecent images is not in the register.", _page("policy_add", school_id))
    signed = next((fact for fact in facts if fact.is_signed), None)
    if signed:
        names = " and ".join(each.by for each in signed.signed)
        return Found(State.MET, f"“{signed.title}”, {signed.label}, is signed by {names}.", _page("policy", school_id, signed.id))
    there = {each.signed_as for each in facts[0].signed}
    missing = " and ".join(sign.label for sign in SignAs if sign not in there)
    return Found(State.OPEN, f"“{facts[0].title}” still needs a signature {missing}.", _page("policy", school_id, facts[0].id))


def _themes(school_id: int, now: datetime) -> Found:
    unlinked = unlinked_themes(school_id)
    if not unlinked:
        return Found(State.MET, "A clause of a policy stands behind every theme.", _page("policy_links", school_id))
    named = ", ".join(THEME_TITLES[theme].lower() for theme in unlinked[:3])
    more = f" and {len(unlinked) - 3} more" if len(unlinked) > 3 else ""
    return Found(State.OPEN, f"No clause stands behind {named}{more}.", _page("policy_links", school_id))


def _clauses(fact: PolicyFact) -> str:
    return f"{fact.links} clause{'' if fact.links == 1 else 's'} linked"


def _day(fact: PolicyFact) -> str:
    return f"{fact.next_review_on.day} {fact.next_review_on:%B %Y}"


def _page(name: str, *args: int) -> str:
    return reverse(name, args=args)


NEEDS: tuple[Need, ...] = (
    *(
        Need(f"policies.{kind}", Step.POLICIES, f"{kind.label} policy linked and within its review", 0.5, _linked(kind), frozenset({Stage.LIVE}))
        for kind in MUST_BE_LINKED
    ),
    Need("policies.indecent_images", Step.POLICIES, "Procedure for indecent images signed", 0.5, _signed, frozenset({Stage.PILOT})),
    Need("policies.themes", Step.POLICIES, "A clause behind every theme", 0.5, _themes),
)
