"""Filters and the search box: over pupil, theme, phrase, host, number and date, with no name in an address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from heedful.captures.actions.own import save_view
from heedful.captures.addresses import query_of, read_address
from heedful.captures.models import Capture
from heedful.captures.queries import filters
from heedful.captures.queries.filters import QueueFilter
from heedful.captures.queries.search import filter_for
from heedful.captures.rules import NotAllowedNow, QueueTab, Source
from heedful.people.actions import bar_from_pupil
from heedful.thresholds.rules import THEMES, Route
from tests.personas.people import Persona, Place

URGENT = "i want to kill myself tonight"
VAPES = "anyone selling vapes at lunch"
TODAY = date(2026, 11, 24)
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2100, 12, 31))

views = st.builds(
    QueueFilter, tab=st.sampled_from(QueueTab), theme=st.sampled_from(("", *THEMES)), severity=st.sampled_from((None, 1, 2, 3, 4, 5)),
    route=st.sampled_from(("", *Route.values)), school_id=st.none() | st.integers(1, 10**9), source=st.sampled_from(("", *Source.values)),
    year=st.none() | st.integers(0, 13), group=st.none() | st.integers(1, 10**9),
    pupils=st.lists(st.integers(1, 10**9), max_size=5).map(tuple), host=st.from_regex(r"[a-z0-9.&=-]{0,20}", fullmatch=True),
    rules=st.lists(st.from_regex(r"[a-z_]+\.[a-z-]+", fullmatch=True), max_size=3).map(tuple), since=DAYS, until=DAYS,
    is_mine=st.booleans(), burst=st.none() | st.integers(1, 10**9),
)  # fmt: skip


@given(views)
def test_an_address_says_exactly_the_view(wanted: QueueFilter) -> None:
    assert read_address(dict(parse_qsl(query_of(wanted))), tabs=tuple(QueueTab)) == wanted


@given(
    st.dictionaries(
        st.sampled_from(("tab", "theme", "severity", "school", "year", "pupils", "since", "burst", "rules")), st.text(max_size=30)
    )
)
def test_nonsense_in_an_address_never_fails(given: dict[str, str]) -> None:
    found = read_address(given, tabs=tuple(QueueTab))
    assert (found.tab in QueueTab, found.theme in {"", *THEMES}, found.severity in {None, 1, 2, 3, 4, 5}) == (True, True, True)
    assert read_address(dict(parse_qsl(query_of(found))), tabs=tuple(QueueTab)) == found


def numbers_in(response: Any) -> list[int]:
    return [int(part.split('"')[0]) for part in response.content.decode().split('data-number="')[1:]]


def searched(persona: Persona, typed: str, **query: str) -> Any:
    """What comes when this is typed and sent."""
    answer = persona.posts("queue_search", q=typed)
    assert answer.status_code == 302
    return persona.browser.get(answer["Location"], query)


@pytest.fixture
def three(larkfield: Place) -> dict[str, int]:
    return {
        "nia": larkfield.stores(URGENT, pupil=0, host="notes.school.example"),
        "finn": larkfield.stores(VAPES, pupil=1, host="chat.school.example"),
        "maryam": larkfield.stores(VAPES, pupil=2, observed_at=timezone.now() - timedelta(days=3), now=timezone.now() - timedelta(days=3)),
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Nia", ["nia"]),
        ("merrick nia", ["nia"]),
        ("suicide", ["nia"]),
        ("drugs and alcohol", ["maryam", "finn"]),
        ("drugs finn", ["finn"]),
        ("vapes", ["maryam", "finn"]),  # a word of what the phrase means
        ("drugs.selling-vapes", ["maryam", "finn"]),
        ("chat.school", ["finn"]),
        ("today vapes", ["finn"]),
        ("nia finn", []),
        ("nobodyofthatname", []),
    ],
)
def test_each_word_narrows(dsl: Persona, three: dict[str, int], typed: str, found: list[str]) -> None:
    assert numbers_in(searched(dsl, typed)) == [three[name] for name in found]


@pytest.mark.parametrize("typed", ["nia merrick", "Zed Ofthatname", "merrick"])
def test_no_name_stands_in_an_address(dsl: Persona, three: dict[str, int], typed: str) -> None:
    location = dsl.posts("queue_search", q=typed)["Location"].lower()
    assert not any(word in location for word in typed.lower().split())


def test_a_number_opens_its_capture_where_it_is_ones_own(dsl: Persona, dsl_of_another_school: Persona, three: dict[str, int]) -> None:
    assert dsl.posts("queue_search", q=f"#{three['nia']}")["Location"] == f"/captures/{three['nia']}/"
    assert "/captures/?" in dsl_of_another_school.posts("queue_search", q=str(three["nia"]))["Location"]


def test_a_pupil_one_is_barred_from_or_has_nothing_of_cannot_be_told_from_nobody(
    dsl: Persona, deputy: Persona, behaviour_lead: Persona, larkfield: Place, three: dict[str, int]
) -> None:
    assert deputy.user is not None
    bar_from_pupil(user=deputy.user, pupil=larkfield.pupils[0], now=timezone.now())
    nobody = deputy.posts("queue_search", q="nobodyofthatname")["Location"]
    assert deputy.posts("queue_search", q="nia merrick")["Location"] == nobody
    assert behaviour_lead.posts("queue_search", q="nia merrick")["Location"] == nobody
    assert "Nia Merrick" not in deputy.opens("queue", pupils=str(larkfield.pupils[0].pk)).content.decode()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)), ("20/11/2026", date(2026, 11, 20)), ("20/11", date(2026, 11, 20)), ("20 nov", date(2026, 11, 20)),
        ("20 November 2025", date(2025, 11, 20)), ("25/12", date(2025, 12, 25)), ("yesterday", date(2026, 11, 23)), ("today", TODAY),
    ],
)  # fmt: skip
def test_a_day_is_understood_in_the_ways_that_people_write_it(dsl: Persona, typed: str, day: date) -> None:
    assert dsl.user is not None
    found = filter_for(dsl.user, typed, QueueFilter(), today=TODAY)
    assert (found.since, found.until) == (day, day)


def test_each_filter_narrows(dsl: Persona, larkfield: Place, three: dict[str, int]) -> None:
    everything = {three["maryam"], three["finn"]}
    day = (timezone.localdate() - timedelta(days=3)).isoformat()
    asked: list[tuple[dict[str, str], set[int]]] = [
        ({"year": "5"}, {three["maryam"]}), ({"host": "chat"}, {three["finn"]}), ({"source": "typed"}, everything), ({"source": "file"}, set()),
        ({"since": day, "until": day}, {three["maryam"]}), ({"since": timezone.localdate().isoformat()}, {three["finn"]}), ({"mine": "yes"}, set()),
        ({"group": str(larkfield.school.groups.get(name="Pilot").pk)}, set()), ({"rules": "drugs.selling-vapes"}, everything),
    ]  # fmt: skip
    for query, expected in asked:
        assert set(numbers_in(dsl.opens("queue", theme="drugs", **query))) == expected, query
    dsl.posts("capture_acknowledge", three["finn"])
    assert numbers_in(dsl.opens("queue", mine="yes")) == [three["finn"]]


def test_a_view_that_hides_something_serious_says_how_many(dsl: Persona, three: dict[str, int]) -> None:
    assert "1 of severity 4 or 5</strong> waits outside" in dsl.opens("queue", theme="drugs").content.decode()
    assert "outside these filters" not in dsl.opens("queue", theme="suicide").content.decode()


def test_more_than_can_be_looked_through_is_said(dsl: Persona, three: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "MOST_WALKED", 1)
    page = dsl.opens("queue", theme="drugs")
    assert (numbers_in(page), "of the first" in page.content.decode()) == ([], True)
    assert numbers_in(dsl.opens("queue", pupils=str(Capture.objects.get(pk=three["finn"]).pupil_id))) == [three["finn"]]


# ---- views that one keeps ----


def test_a_kept_view_stands_beside_the_tabs_for_its_owner_alone(dsl: Persona, deputy: Persona, three: dict[str, int]) -> None:
    dsl.browser.post("/captures/views/?theme=drugs&year=5", {"name": "Year 5 drugs"})
    assert "Year 5 drugs" in dsl.opens("queue").content.decode()
    assert "Year 5 drugs" not in deputy.opens("queue").content.decode()
    assert numbers_in(dsl.browser.get("/captures/?theme=drugs&year=5")) == [three["maryam"]]


def test_the_queue_begins_with_the_view_one_chose_and_the_tabs_stay_reachable(dsl: Persona, three: dict[str, int]) -> None:
    dsl.browser.post("/captures/views/?theme=drugs", {"name": "Drugs", "is_default": "yes"})
    assert set(numbers_in(dsl.opens("queue"))) == {three["maryam"], three["finn"]}
    assert len(numbers_in(dsl.opens("queue", tab="to_review"))) == 3


def test_a_view_of_somebody_else_is_not_there(dsl: Persona, deputy: Persona, larkfield: Place) -> None:
    assert dsl.user is not None
    view = save_view(viewer=dsl.user, name="Mine", query="theme=drugs", is_default=False)
    assert deputy.posts("view_change", view.pk, to="remove").status_code == 404
    assert dsl.posts("view_change", view.pk, to="remove").status_code == 302


def test_a_view_needs_a_name_and_there_are_at_most_twelve(dsl: Persona) -> None:
    assert dsl.user is not None
    with pytest.raises(NotAllowedNow, match="name"):
        save_view(viewer=dsl.user, name="  ", query="", is_default=False)
    for number in range(12):
        save_view(viewer=dsl.user, name=f"View {number}", query="", is_default=False)
    save_view(viewer=dsl.user, name="View 3", query="theme=drugs", is_default=False)  # the same name again
    with pytest.raises(NotAllowedNow, match="12 views"):
        save_view(viewer=dsl.user, name="One more", query="", is_default=False)


def test_a_day_is_a_day_of_the_school(dsl: Persona, larkfield: Place) -> None:
    """Just after midnight in London in summer is the day before in UTC."""
    moment = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    number = larkfield.stores(VAPES, observed_at=moment, now=moment)
    assert numbers_in(dsl.opens("queue", since="2026-07-02", until="2026-07-02")) == [number]
    assert numbers_in(dsl.opens("queue", since="2026-07-01", until="2026-07-01")) == []
