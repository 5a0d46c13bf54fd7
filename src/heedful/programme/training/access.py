"""Training is everybody's: its own pages are open to each member of the school's staff, whatever their role."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import Http404, HttpResponse

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.queries import rights_by_school, school_by_number

P = ParamSpec("P")
SchoolView = Callable[Concatenate[SignedIn, School, P], HttpResponse]
View = Callable[Concatenate[SignedIn, int, P], HttpResponse]


def of_my_school(view: SchoolView[P]) -> View[P]:
    """Give the view its school, where the signed-in person has any role in it; 404 else. Put it below `page` or `command`."""

    @wraps(view)
    def guarded(request: SignedIn, /, school_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:  # routes give it by name
        school = school_by_number(school_id) if school_id in rights_by_school(request.user) else None
        if school is None:
            raise Http404
        return view(request, school, *args, **kwargs)

    return cast(View[P], guarded)
