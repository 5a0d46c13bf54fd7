"""What each member of staff has to learn, and where they stand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.programme.training.access import of_my_school
from heedful.programme.training.queries import my_reading
from heedful.web.decorators import page


@page
@of_my_school
def training(request: SignedIn, school: School) -> HttpResponse:
    """My training."""
    context = {"school": school, "reading": my_reading(request.user, school.pk, now=timezone.now())}
    return render(request, "training/training.html", context)
