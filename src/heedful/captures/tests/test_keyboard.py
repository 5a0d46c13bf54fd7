"""Keys: what may be set, whose they are, and that the page of documentation says the same as the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from heedful.captures.actions.own import set_keys, switch_keys
from heedful.captures.keyboard import ACTIONS, PLACES, SHORTCUTS, KeysRefused, check_keys, keys_in_use
from tests.personas.people import Persona

DOCUMENT = Path(__file__).parents[4] / "docs" / "triage.md"
DEFAULTS = {action: ", ".join(shortcut.keys) for action, shortcut in ACTIONS.items()}


def documented(place: str) -> list[str]:
    """The rows of the table as they must stand in docs/triage.md."""
    rows = [shortcut for shortcut in SHORTCUTS if shortcut.place == place]
    return [f"| {' or '.join(f'`{keys}`' for keys in shortcut.keys)} | {shortcut.words} |" for shortcut in rows]


@pytest.mark.parametrize("place", PLACES)
def test_the_document_names_every_key_and_no_other(place: str) -> None:
    section = DOCUMENT.read_text("utf-8").split(f"\n#### {place}\n")[1].split("\n#")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == documented(place)


def test_the_usual_keys_stand_the_check_themselves() -> None:
    assert check_keys(DEFAULTS) == {}
    assert keys_in_use({}) == {action: shortcut.keys for action, shortcut in ACTIONS.items()}


def test_only_what_differs_is_kept() -> None:
    assert check_keys(DEFAULTS | {"next": "n", "undo": ""}) == {"next": "n", "undo": ""}
    assert keys_in_use({"next": "n, N", "undo": "", "gone": "q"})["next"] == ("n", "N")
    assert keys_in_use({"undo": ""})["undo"] == ()


@pytest.mark.parametrize("written", ["jj", "g q x", "Enter", "a, b, c, d", "g  qq"])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(KeysRefused) as refused:
        check_keys(DEFAULTS | {"next": written})
    assert "next" in refused.value.faults


@pytest.mark.parametrize(
    ("action", "keys"),
    [("next", "k"), ("note", "?"), ("grade_1", "g"), ("search", "g"), ("go_queue", "j q")],
    ids=["same place", "everywhere and here", "begins a pair", "begins another pair", "is begun by a key"],
)
def test_two_things_on_one_page_never_share_a_key(action: str, keys: str) -> None:
    with pytest.raises(KeysRefused):
        check_keys(DEFAULTS | {action: keys})


def test_the_queue_and_a_capture_may_share_a_key() -> None:
    assert {"j", "1"} <= {keys for shortcut in SHORTCUTS if shortcut.place == PLACES[1] for keys in shortcut.keys}
    assert check_keys(DEFAULTS | {"next": "n"}) == {"next": "n"}  # n writes a note on a capture


def test_each_person_has_their_own(dsl: Persona, deputy: Persona) -> None:
    assert dsl.user is not None
    set_keys(viewer=dsl.user, keys=DEFAULTS | {"next": "n"}, keys_on=True, goes_on=False)
    switch_keys(viewer=dsl.user, keys_on=False)
    mine, theirs = dsl.opens("queue").content.decode(), deputy.opens("queue").content.decode()
    assert 'data-shortcut="next" data-keys="n"' in mine
    assert 'data-keys-on="no"' in mine
    assert 'data-shortcut="next" data-keys="j"' in theirs
    assert 'data-keys-on="yes"' in theirs


def test_a_fault_changes_nothing_and_the_usual_keys_come_back(dsl: Persona) -> None:
    form = {f"key-{action}": keys for action, keys in DEFAULTS.items()} | {"keys_on": "yes"}
    assert dsl.posts("keyboard", **(form | {"key-next": "n"})).status_code == 302
    answer = dsl.posts("keyboard", **(form | {"key-next": "k", "key-undo": "u"}))
    assert answer.status_code == 422
    page = dsl.opens("keyboard").content.decode()
    assert re.search(r'id="key-next"[^>]*value="n"', page)
    assert re.search(r'id="key-undo"[^>]*value="z"', page)
    dsl.posts("keyboard", to="defaults")
    assert re.search(r'id="key-next"[^>]*value="j"', dsl.opens("keyboard").content.decode())


def test_nobody_is_shown_the_way_to_a_page_that_is_not_theirs(technician: Persona, dsl: Persona) -> None:
    page = technician.opens("keyboard").content.decode()
    sheet = page.split('id="keys"')[1]
    assert 'data-shortcut="go_devices"' in sheet
    assert 'data-shortcut="go_queue"' not in sheet
    assert 'data-shortcut="grade_1"' not in sheet
    assert 'data-shortcut="go_devices"' not in dsl.opens("keyboard").content.decode().split('id="keys"')[1]
