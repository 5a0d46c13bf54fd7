"""How a school's monitoring moves from stage to stage, and how a step stands: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from heedful.people.rules import Stage
from heedful.programme.needs import Standing

# Where each stage may go. Back to set-up is always open: nobody needs permission to stop watching children.
MOVES: dict[Stage, tuple[Stage, ...]] = {
    Stage.SET_UP: (Stage.PILOT,),
    Stage.PILOT: (Stage.LIVE, Stage.SET_UP),
    Stage.LIVE: (Stage.UNDER_REVIEW, Stage.PILOT, Stage.SET_UP),
    Stage.UNDER_REVIEW: (Stage.LIVE, Stage.PILOT, Stage.SET_UP),
}
WHAT_IT_MEANS: dict[Stage, str] = {
    Stage.SET_UP: "Nothing is captured, on any device.",
    Stage.PILOT: "Captures come from the pilot's groups alone, and notices go to the pilot's audience alone.",
    Stage.LIVE: "Captures come from every group that is live; notices go to whoever the school's settings name.",
    Stage.UNDER_REVIEW: "Monitoring goes on as it was; the board asks for a review.",
}
LEAST_REASON = 10


class MoveRefused(Exception):
    """The stage can't be changed like this; `faults` says why, one sentence each, for the page."""

    def __init__(self, *faults: str) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def check_move(
    *, at: Stage, to: Stage, reason: str, gates: Sequence[Standing], over: Mapping[str, str], has_decided_to_go: bool, is_back: bool = False
) -> None:
    """Raise MoveRefused that names everything that holds this move up.

    The pilot's gates hold without exception: a pilot captures real children. An open gate of going live can be gone over
    by a written reason for each, where the meeting decided to go. `is_back`: the school was live before, so that returning
    from a review asks no new decision.
    """
    faults = []
    if to not in MOVES[at]:
        ways = " or ".join(stage.label.lower() for stage in MOVES[at])
        faults.append(f"From {at.label.lower()} the stage goes to {ways}, not to {to.label.lower()}.")
    if len(reason.strip()) < LEAST_REASON:
        faults.append("Say why, in a sentence: whoever asks later reads it here.")
    missing = [each for each in gates if each.is_open and len(over.get(each.need.key, "").strip()) < LEAST_REASON]
    if to == Stage.PILOT:
        faults += [f"{each.need.title}: {each.found.says}" for each in gates if each.is_open]
    if to == Stage.LIVE and not is_back:
        if not has_decided_to_go:
            faults.append("Hold the go or no-go meeting first and record that it decided to go.")
        faults += [f"{each.need.title} is open ({each.found.says}) Close it, or write why you go live all the same." for each in missing]
    if faults:
        raise MoveRefused(*faults)
