"""One school day of written lines, through the real matcher and, for what matches, the real gateway with real device keys."""

from __future__ import annotations

import json
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from heedful.demo.device import SimulatedDevice, capture_of
from heedful.demo.school import SEED, DemoSchool
from heedful.detection.bundle import Bundle
from heedful.detection.engine import assess
from heedful.detection.values import AgeBand, Assessment, Observation

DAY_FOLDER = Path(__file__).parent / "day"
DAY_LENGTH = timedelta(hours=6, minutes=30)
DEFAULT_LINES = 6000
# Worrying lines are rare in a real day; this many of each thousand keeps the demo's queue readable.
WORRYING_PER_THOUSAND = 7
# So many lines in a row come from one pupil, as when somebody sits and types.
SITTING_LINES = 6
EARLIER_LINES = 5
EARLIER_WITHIN = timedelta(minutes=10)
EARLIER_CHARACTERS = 1000


@dataclass(frozen=True)
class Line:
    """One written line of the demo day."""

    text: str
    source: str
    host: str
    title: str
    year: int | None
    is_worrying: bool


@dataclass
class Counted:
    """What the replay did, for the console and for `--json`."""

    lines: int = 0
    distinct_lines: int = 0
    stayed_on_devices: int = 0
    left_devices: int = 0
    devices: int = 0
    by_status: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_lines(folder: Path = DAY_FOLDER) -> list[Line]:
    """Every line of the demo day, in the order of its files."""
    lines = []
    for path in sorted(folder.glob("*.jsonl")):
        for row in map(json.loads, filter(None, path.read_text("utf-8").splitlines())):
            lines.append(Line(row["text"], row["source"], row["host"], row["title"], row["year"], row["worrying"]))
    return lines


def plan_day(lines: list[Line], *, count: int) -> list[Line]:
    """The day's lines in their order: each harmless one as often as it takes to fill the day, each worrying one at most once."""
    dice = random.Random(SEED)  # noqa: S311 - a repeatable demo, not a secret
    harmless = [line for line in lines if not line.is_worrying]
    day = _picked(lines, dice, count)
    while len(day) < count and harmless:
        dice.shuffle(harmless)
        day += harmless[: count - len(day)]
    dice.shuffle(day)
    return day[:count]


def older_lines(lines: list[Line], *, count: int) -> list[Line]:
    """The worrying lines that a day of so many lines leaves over: what the weeks before it were made of."""
    today = {line.text for line in _picked(lines, random.Random(SEED), count)}  # noqa: S311
    return [line for line in lines if line.is_worrying and line.text not in today]


def _picked(lines: list[Line], dice: random.Random, count: int) -> list[Line]:
    worrying = [line for line in lines if line.is_worrying]
    dice.shuffle(worrying)
    return worrying[: min(len(worrying), max(1, count * WORRYING_PER_THOUSAND // 1000))]


@dataclass
class Replay:
    """Replays a day. `devices` are enrolled; pupils are spread over them. Only the lines of `watched` pupils may leave."""

    school: DemoSchool
    bundle: Bundle
    devices: list[SimulatedDevice]
    now: datetime
    watched: frozenset[int]
    capture_from: int = 2
    counted: Counted = field(default_factory=Counted)
    _earlier: dict[int, deque[tuple[datetime, str]]] = field(default_factory=dict)

    def run(self, day: list[Line], *, progress: Callable[[int], None]) -> Counted:
        """Match every line; send what leaves. Each capture is acknowledged by the gateway before the next line."""
        dice = random.Random(SEED + 1)  # noqa: S311
        self.counted.devices = len(self.devices)
        self.counted.lines, self.counted.distinct_lines = len(day), len({line.text for line in day})
        statuses: Counter[str] = Counter()
        start = self.now - DAY_LENGTH
        for first in range(0, len(day), SITTING_LINES):
            sitting = day[first : first + SITTING_LINES]
            pupil = self._writer(sitting, dice)
            for index, line in enumerate(sitting, first):
                moment = start + DAY_LENGTH * (index + 1) / (len(day) + 1)
                statuses.update(self._one(moment, line, pupil))
            progress(first)
        self.counted.by_status = dict(statuses)
        return self.counted

    def _writer(self, sitting: list[Line], dice: random.Random) -> int:
        """Who writes these lines: a pupil of the year that the most telling line names."""
        year = next((line.year for line in sorted(sitting, key=lambda line: not line.is_worrying) if line.year), None)
        if any(line.is_worrying for line in sitting):  # of a year that is in the pilot, or there would be nothing to see
            mine = sorted(self.watched)
            return dice.choice([place for place in mine if self.school.pupils[place].year_group == year] or mine)
        of_year = [i for i, pupil in enumerate(self.school.pupils) if pupil.year_group == year]
        return dice.choice(of_year) if of_year else dice.randrange(len(self.school.pupils))

    def _one(self, moment: datetime, line: Line, pupil: int) -> list[str]:
        band: AgeBand = self.school.pupils[pupil].age_band  # type: ignore[assignment]
        found = assess(Observation(line.text, source=line.source), age_band=band, bundle=self.bundle)  # type: ignore[arg-type]
        earlier = self._earlier.setdefault(pupil, deque(maxlen=EARLIER_LINES))
        statuses: list[str] = []
        if pupil in self.watched and found.leaves_device(self.capture_from):
            self.counted.left_devices += 1
            statuses = self._send(moment, line, pupil, found, earlier)
        else:
            self.counted.stayed_on_devices += 1
        earlier.append((moment, line.text))
        return statuses

    def _send(self, moment: datetime, line: Line, pupil: int, found: Assessment, earlier: deque[tuple[datetime, str]]) -> list[str]:
        device = self.devices[pupil % len(self.devices)]
        before = earlier_lines(earlier, moment) if found.severity >= 3 else []
        capture = capture_of(
            device_id=device.device_id, text=line.text, source=line.source, url=f"https://{line.host}/" if line.host else "", title=line.title,
            hits=[{"start": f.start, "end": f.end, "phrase": f.rule} for f in found.findings][:50], account=self.school.addresses[pupil],
            observed_at=moment.isoformat(timespec="milliseconds"), unix_ms=int(moment.timestamp() * 1000), bundle_version=self.bundle.version, before=before,
        )  # fmt: skip
        device.add([capture])
        device.drain()
        return [device.results[capture["id"]]]


def earlier_lines(earlier: deque[tuple[datetime, str]], moment: datetime) -> list[dict[str, Any]]:
    """The lines that may go with a serious capture: at most five, ten minutes, a thousand characters, oldest first."""
    kept: list[dict[str, Any]] = []
    room = EARLIER_CHARACTERS
    for at, text in reversed(earlier):
        if moment - at > EARLIER_WITHIN or len(text) > room:
            break
        room -= len(text)
        kept.append({"text": text, "seconds_before": int((moment - at).total_seconds())})
    return kept[::-1]
