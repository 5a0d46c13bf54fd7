"""Where each role starts."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from heedful.people.access import SignedIn
from heedful.people.queries import schools_with
from heedful.people.rules import Right
from heedful.web.decorators import page

# The first right that somebody holds decides where they start; these are URL names of higher apps.
STARTS = (
    (Right.READ_BEHAVIOUR, "queue"),
    (Right.SEE_DEVICES, "devices"),
    (Right.SEE_ASSURANCE, "assurance"),
)


@page
def home(request: SignedIn) -> HttpResponse:
    """To the page that is most use to this person."""
    for right, name in STARTS:
        if schools_with(request.user, right):
            return HttpResponseRedirect(reverse(name))
    return HttpResponseRedirect(reverse("your_part"))
