"""Rows in files and back: every kind of value, and a backup from the future."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from heedful.commands._backup import dump
from heedful.commands._backup.dump import LEFT_OUT, applied_leaves, dumped_models, state_models, unapplied
from heedful.vault.archive import ArchiveRefused

LEAF = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)
JSON = st.lists(LEAF | st.lists(LEAF, max_size=3), max_size=4) | st.dictionaries(st.text(max_size=9), LEAF | st.lists(LEAF, max_size=3), max_size=4)
VALUES = (
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.uuids() | st.dates() | st.times() | st.timedeltas()
    | st.decimals(allow_nan=False, allow_infinity=False) | st.datetimes(timezones=st.just(UTC)) | JSON
)  # fmt: skip


@given(VALUES)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    assert dump._value(json.loads(json.dumps(dump._plain(value)))) == value


@pytest.mark.parametrize(
    "value",
    [b"\x00\xff", memoryview(b"x"), ["b", "x"], {"a": None}, datetime(2026, 11, 24, 10, 30, 0, 123456, tzinfo=UTC), date(2026, 2, 28), time(23, 59),
     UUID(int=1), Decimal("1.50"), timedelta(days=-1, microseconds=1), "\ud800 alone", 2**63 - 1],
)  # fmt: skip
def test_the_awkward_ones_too(value: object) -> None:
    assert dump._value(json.loads(json.dumps(dump._plain(value)))) == (bytes(value) if isinstance(value, memoryview) else value)


def test_what_no_file_can_hold_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(TypeError, match="can't hold a object"):
        dump._plain(object())


@pytest.mark.django_db
def test_a_backup_of_a_newer_heedful_is_refused_before_any_table_is_made() -> None:
    state = applied_leaves("default") | {"captures": ["9999_from_the_future"]}
    with pytest.raises(ArchiveRefused, match=r"made by a newer Heedful .*captures 9999_from_the_future"):
        state_models(state)
    assert not unapplied("default")


@pytest.mark.django_db
def test_every_table_of_ours_is_in_a_backup() -> None:
    ours = {model._meta.label_lower for model in apps.get_models(include_auto_created=True) if model._meta.app_label not in LEFT_OUT}
    assert {model._meta.label_lower for model in dumped_models()} == ours
    assert {"captures.capture", "people.pupil_groups", "vault.schoolkey", "audit.entry", "mfa.authenticator"} <= ours
