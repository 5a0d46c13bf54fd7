"""Every shortcut of the console, in one table: the sheet, the script, the settings page and docs/triage.md go by it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EVERYWHERE, QUEUE, CAPTURE = "Everywhere", "In the queue", "On a capture"
PLACES = (EVERYWHERE, QUEUE, CAPTURE)
MOST_KEYS = 3


@dataclass(frozen=True)
class Shortcut:
    """One thing that a key does. `keys` are what a person presses: one, or two one after the other; any of several."""

    action: str
    place: str
    keys: tuple[str, ...]
    words: str
    url_name: str = ""  # where it goes, for those that go somewhere


SHORTCUTS = (
    Shortcut("sheet", EVERYWHERE, ("?",), "Show these shortcuts"),
    Shortcut("search", EVERYWHERE, ("/",), "Search the captures"),
    Shortcut("undo", EVERYWHERE, ("z",), "Undo the decision just made"),
    Shortcut("go_queue", EVERYWHERE, ("g q",), "Go to what waits for review", "queue"),
    Shortcut("go_graded", EVERYWHERE, ("g g",), "Go to what is graded and open", "queue"),
    Shortcut("go_closed", EVERYWHERE, ("g c",), "Go to what is closed", "queue"),
    Shortcut("go_thresholds", EVERYWHERE, ("g t",), "Go to the thresholds", "thresholds"),
    Shortcut("go_devices", EVERYWHERE, ("g d",), "Go to the devices", "devices"),
    Shortcut("go_coverage", EVERYWHERE, ("g o",), "Go to coverage", "coverage"),
    Shortcut("go_assurance", EVERYWHERE, ("g a",), "Go to assurance", "assurance"),
    Shortcut("go_your_part", EVERYWHERE, ("g y",), "Go to your part", "your_part"),
    Shortcut("go_keyboard", EVERYWHERE, ("g k",), "Change these shortcuts", "keyboard"),
    Shortcut("next", QUEUE, ("j",), "Next row"),
    Shortcut("previous", QUEUE, ("k",), "Row before"),
    Shortcut("open", QUEUE, ("o",), "Open the row, like Enter"),
    Shortcut("burst", QUEUE, ("b",), "Show what is folded under the row"),
    Shortcut("select", QUEUE, ("x",), "Select the row"),
    Shortcut("select_range", QUEUE, ("X",), "Select from the last selected row to this one"),
    Shortcut("select_all", QUEUE, ("A",), "Select every row of the page"),
    Shortcut("bulk_1", QUEUE, ("1",), "Grade what is selected 1"),
    Shortcut("bulk_2", QUEUE, ("2",), "Grade what is selected 2"),
    Shortcut("bulk_3", QUEUE, ("3",), "Grade what is selected 3"),
    Shortcut("bulk_false_positive", QUEUE, ("f", "0"), "False positive: choose why, for what is selected"),
    Shortcut("grade_1", CAPTURE, ("1",), "Grade 1, noted"),
    Shortcut("grade_2", CAPTURE, ("2",), "Grade 2, low"),
    Shortcut("grade_3", CAPTURE, ("3",), "Grade 3, concern"),
    Shortcut("grade_4", CAPTURE, ("4",), "Grade 4, serious"),
    Shortcut("grade_5", CAPTURE, ("5",), "Grade 5, urgent"),
    Shortcut("false_positive", CAPTURE, ("f", "0"), "False positive; then 1 to 7 for the reason"),
    Shortcut("carry", CAPTURE, ("b",), "Decide the same on what is folded under it"),
    Shortcut("acknowledge", CAPTURE, ("a",), "Acknowledge: “I have it”"),
    Shortcut("note", CAPTURE, ("n",), "Write a note; Ctrl+Enter adds it, Esc leaves it"),
    Shortcut("route", CAPTURE, ("r",), "Change the route"),
    Shortcut("close", CAPTURE, ("c",), "Close with what was done and its outcome"),
    Shortcut("snooze", CAPTURE, ("h",), "Put it off"),
    Shortcut("context", CAPTURE, ("l",), "Ask for the lines before and what came near it"),
    Shortcut("wrong_child", CAPTURE, ("w",), "Wrong child: say whose it is"),
    Shortcut("pass", CAPTURE, ("p",), "Pass it to a colleague"),
    Shortcut("seal", CAPTURE, ("s",), "Seal the picture from everybody, at once"),
    Shortcut("skip", CAPTURE, ("j",), "The next capture, without a decision"),
)
ACTIONS = {shortcut.action: shortcut for shortcut in SHORTCUTS}


class KeysRefused(Exception):
    """These keys can't be set; `faults` says why, by action."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(f"{action}: {fault}" for action, fault in faults.items()))
        self.faults = faults


def keys_in_use(own: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The keys of each action: one's own where there are any, else the defaults. What is no longer an action is passed over."""
    return {action: tuple(split_keys(own[action])) if action in own else shortcut.keys for action, shortcut in ACTIONS.items()}


def split_keys(written: str) -> list[str]:
    """`f, 0` and `g q` as people write them; several are parted by commas. A comma itself can't be a key."""
    return [" ".join(keys.split()) for keys in written.split(",") if keys.strip()]


def check_keys(written: Mapping[str, str]) -> dict[str, str]:
    """What differs from the defaults, checked. Empty keys switch one shortcut off. Raises KeysRefused with every fault."""
    wanted = {action: split_keys(written.get(action, ", ".join(ACTIONS[action].keys))) for action in ACTIONS}
    faults = {action: fault for action, keys in wanted.items() if (fault := _fault_of(keys))}
    for action, keys in wanted.items():
        for other, theirs in wanted.items():
            both = sorted(mine for mine in keys if any(_clash(mine, their) for their in theirs))
            if both and action < other and _meet(action, other):
                faults.setdefault(action, f"“{both[0]}” is also used for: {ACTIONS[other].words.lower()}.")
    if faults:
        raise KeysRefused(faults)
    return {action: ", ".join(keys) for action, keys in wanted.items() if tuple(keys) != ACTIONS[action].keys}


def _fault_of(keys: list[str]) -> str:
    if len(keys) > MOST_KEYS:
        return f"At most {MOST_KEYS} keys for one thing."
    for each in keys:
        parts = each.split(" ")
        if len(parts) > 2 or any(len(part) != 1 or not part.isprintable() for part in parts):
            return "Give one key, like j, or two one after the other, like g q."
    return ""


def _clash(mine: str, their: str) -> bool:
    """The same keys, or a single key that the other one begins with: the second key would never be waited for."""
    shorter, longer = sorted((mine.split(" "), their.split(" ")), key=len)
    return longer[: len(shorter)] == shorter


def _meet(action: str, other: str) -> bool:
    """Whether two shortcuts can be asked for on the same page."""
    places = {ACTIONS[action].place, ACTIONS[other].place}
    return len(places) == 1 or EVERYWHERE in places
