"""Every page of the programme lies under its school: `/programme/<school>/…`. What is not the viewer's is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import Http404, HttpResponse

from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.queries import has_right, school_by_number
from heedful.people.rules import Right

P = ParamSpec("P")
SchoolView = Callable[Concatenate[SignedIn, School, P], HttpResponse]
View = Callable[Concatenate[SignedIn, int, P], HttpResponse]


def of_school(right: Right = Right.SEE_PROGRAMME) -> Callable[[SchoolView[P]], View[P]]:
    """Give the view its school, where the signed-in person holds the right in it; 404 else. Put it below `page` or `command`."""

    def decorate(view: SchoolView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: SignedIn, /, school_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:  # routes give it by name
            school = school_by_number(school_id) if has_right(request.user, school_id, right) else None
            if school is None:
                raise Http404
            return view(request, school, *args, **kwargs)

        return cast(View[P], guarded)

    return decorate
