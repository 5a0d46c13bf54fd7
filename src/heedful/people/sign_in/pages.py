"""The plain page that somebody gets who was not signed in by a provider: what is wrong, and what to do."""

from __future__ import annotations

from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from heedful.people.sign_in.rules import Refusal

log = structlog.get_logger()
WORDS = {
    Refusal.UNKNOWN: "{name} says who you are, but nobody with that address is on this school's list of staff in Heedful. Ask your safeguarding lead or head to add you.",
    Refusal.UNVERIFIED: "{name} does not vouch for your address, so Heedful can't tell who you are. Ask your technician to look at your account there.",
    Refusal.ELSEWHERE: "That account is not one of this school. Start again and choose the one that the school gave you.",
    Refusal.CHANGED: "Your address is bound to another account at {name} than the one you used. If the school made you a new one, ask your safeguarding lead or head to unlink the old one on the page “Staff”.",
    Refusal.STATE: "This sign-in was started in another window, was used already, or took longer than ten minutes. Start again from here.",
    Refusal.CANCELLED: "You stopped at {name}. Nothing has happened.",
    Refusal.UNREACHABLE: "{name} can't be reached or did not answer as it should. Try again in a few minutes, or sign in with your password.",
    Refusal.INVALID: "What {name} sent does not hold, so it was not taken. Start again; if it happens twice, tell your technician.",
}


def refusal(request: HttpRequest, reason: Refusal, provider: Any) -> HttpResponse:
    """Answered 403, or 502 where the provider is at fault. The log names reason and provider, never a person."""
    log.warning("sign_in.refused", reason=str(reason), provider=str(provider.sub_id))
    status = 502 if reason in {Refusal.UNREACHABLE, Refusal.INVALID} else 403
    answer = render(request, "people/sign_in_refused.html", {"words": WORDS[reason].format(name=provider.name)}, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
