"""Whatever a device that we know sends, the decoder answers each item and echoes none of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heedful.gateway.contract import first_fault
from heedful.gateway.intake import Refused, items_of, parse_json, read_item
from heedful.gateway.problems import Problem
from heedful.gateway.sifting import Sifted, sift
from tests.harness.westbrook import NOW, InProcessDevice, Westbrook

MARK = "harrowing"
text = (
    st.text(st.characters(), max_size=12)
    | st.just(MARK)
    | st.sampled_from(["\ud800", "\0", "\ud83d\ude00", "ﷺ" * 9, "2026-11-24T10:00:00Z"])
)
scalars = st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False) | text
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4), max_leaves=12)
FIELDS = (
    "id", "observed_at", "source", "text", "hits", "bundle_version", "app", "url", "title", "account", "device", "screenshot", "context_before",
)  # fmt: skip


@pytest.fixture
def template(westbrook: Westbrook, device: InProcessDevice) -> dict[str, Any]:
    return westbrook.capture(device, 5)


@given(body=st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_batch_or_a_problem(body: bytes) -> None:
    read = read_body(body)
    if isinstance(read, Problem):
        assert read.status in {415, 422}
        assert MARK not in read.response().content.decode()
    else:
        assert 1 <= len(read) <= 50


def read_body(body: bytes) -> list[Any] | Problem:
    try:
        return items_of(parse_json(body))
    except Problem as problem:
        return problem


@given(item=anything)
def test_any_value_is_judged_by_the_schema_without_being_shown(item: Any) -> None:
    fault = first_fault("capture", item)
    assert fault is not None
    assert MARK not in "".join(fault)
    assert isinstance(read_item(item, {}), Refused)


def test_a_capture_with_any_field_replaced_is_taken_or_refused(
    westbrook: Westbrook, device: InProcessDevice, template: dict[str, Any]
) -> None:
    row = device.row()
    taken: list[Sifted] = []

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
    @given(changes=st.dictionaries(st.sampled_from(FIELDS) | text, anything, max_size=3))
    def check(changes: dict[str, Any]) -> None:
        item = json.loads(json.dumps(template | changes))
        with transaction.atomic():
            sifted = sift(row, [item], NOW)
        assert len(sifted.incoming) + len(sifted.refused) + len(sifted.out_of_scope) == 1
        for refused in sifted.refused.values():
            assert MARK not in refused.pointer + refused.detail
        taken.append(sifted)

    check()
    assert any(sifted.incoming for sifted in taken)
    assert any(sifted.refused for sifted in taken)


def test_any_batch_is_answered_item_by_item(westbrook: Westbrook, device: InProcessDevice, template: dict[str, Any]) -> None:
    changed = st.dictionaries(st.sampled_from(FIELDS), anything, max_size=2).map(lambda changes: template | changes)

    @settings(max_examples=25, deadline=None)
    @given(items=st.lists(anything | changed, min_size=1, max_size=4))
    def check(items: list[Any]) -> None:
        answer = device.post_captures(*items)
        assert answer.status == 200
        assert len(answer.document()["results"]) == len(items)
        assert MARK.encode() not in answer.body

    check()
