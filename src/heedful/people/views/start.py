"""Where each role starts, and the page that tells all staff what Heedful is and what their part is."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from heedful.people.access import SignedIn
from heedful.people.queries import role_names, schools_with
from heedful.people.rules import Right, RoleName
from heedful.web.decorators import page

# The first right that somebody holds decides where they start; these are URL names of higher apps.
STARTS = (
    (Right.READ_BEHAVIOUR, "queue"),
    (Right.SEE_DEVICES, "devices"),
    (Right.SEE_ASSURANCE, "assurance"),
)
PARTS = {
    RoleName.DSL: (
        "You read safeguarding captures, grade them and decide what happens. The machine's severity is a suggestion; the grade is yours.",
        "You are told at once when a capture is urgent. Acknowledge it, so that others know somebody has it.",
        "You decide with your working group where the thresholds lie, and you may let a technician read captures for some hours, with a reason.",
    ),
    RoleName.DEPUTY: (
        "You cover for the safeguarding lead: you see the same queue and are told at once when a capture is urgent.",
        "Acknowledge what you take. Whoever acknowledged first has it.",
    ),
    RoleName.BEHAVIOUR: (
        "You read the captures that go to behaviour, and no others. If one looks like harm to the pupil, route it to safeguarding.",
    ),
    RoleName.TECHNICIAN: (
        "You keep every device reporting. You see devices, never what pupils wrote, unless the safeguarding lead lets you for a few hours.",
    ),
    RoleName.HEAD: ("You see one page of assurance: whether devices report, how fast captures are looked at, and whether the record is whole.",),
    RoleName.GOVERNOR: ("You see one page of assurance without names. Ask about what it does not show.",),
}


@page
def home(request: SignedIn) -> HttpResponse:
    """To the page that is most use to this person."""
    for right, name in STARTS:
        if schools_with(request.user, right):
            return HttpResponseRedirect(reverse(name))
    return HttpResponseRedirect(reverse("your_part"))


@page
def your_part(request: SignedIn) -> HttpResponse:
    """What Heedful is, and the part of everybody and of this reader."""
    roles = sorted(role_names(request.user), key=list(RoleName).index)
    parts = [(role.label, PARTS[role]) for role in roles if role in PARTS]
    return render(request, "people/your_part.html", {"parts": parts})
