"""A school's own labelled lines: read from its file, judged, and told in plain words. Nothing is kept and nothing is sent."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO
from pathlib import Path

from heedful.detection.labelled import Line, LineFault, read_lines
from heedful.detection.measures import Share

CONCERN, URGENT, LEAST_LINES = 3, 5, 30
MOST_FAULTS = 20
NAMED = 40
_NUMBER = re.compile(r'\s*"?(?:severity|text|\d+)"?\s*([,;\t])', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """One line, named by its line's number or id, with what was made of it."""

    line: Line
    severity: int
    leaves: bool

    @property
    def captured(self) -> int:
        """The severity of the capture that would be made: 0 where the line stays on the device."""
        return self.severity if self.leaves else 0


def read(path: Path) -> list[Line]:
    """The lines of a JSON lines or CSV file. Raises LineFault with every fault and its line's number, never quoting a text."""
    try:
        content = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise LineFault(f"{path.name} is not UTF-8: save it again as 'CSV UTF-8' or as UTF-8 text") from None
    except OSError as error:
        raise LineFault(f"{path.name}: {error.strerror}") from None
    lines = read_lines(path) if content.lstrip().startswith("{") else _read_csv(path.name, content)
    if not lines:
        raise LineFault(f"{path.name} has no lines: each needs a severity from 0 to 5 and a text")
    return lines


def _read_csv(name: str, content: str) -> list[Line]:
    sign = _NUMBER.match(content)
    rows = csv.reader(StringIO(content, newline=""), delimiter=sign[1] if sign else ",")
    lines: list[Line] = []
    faults: list[str] = []
    places = (0, 1)
    started = 1
    try:
        for row in rows:
            number, started = started, rows.line_num + 1
            heads = [cell.strip().lower() for cell in row]
            if number == 1 and {"severity", "text"} <= set(heads):
                places = heads.index("severity"), heads.index("text")
            elif any(heads):
                line, fault = _from_row(row, places, number)
                lines += [line] if line else []
                faults += [f"{name}, line {number}: {fault}"] if fault else []
    except csv.Error:
        faults.append(f"{name}, line {started}: is not CSV; put a text with a comma or a quotation mark in quotation marks")
    if faults:
        more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        raise LineFault("\n".join([*faults[:MOST_FAULTS], *more]))
    return lines


def _from_row(row: Sequence[str], places: tuple[int, int], number: int) -> tuple[Line | None, str]:
    if len(row) <= max(places):
        return None, "needs two columns, severity and text"
    severity, text = row[places[0]].strip(), row[places[1]].strip()
    if severity not in {"0", "1", "2", "3", "4", "5"}:
        return None, "the severity is a whole number from 0 to 5"
    if not text:
        return None, "the text is empty"
    if len(row) > 2 and places == (0, 1):
        return None, "has more than two columns; put a text with commas in quotation marks"
    return Line(f"line {number}", text, int(severity)), ""


def told(judged: Sequence[Judged]) -> list[str]:
    """What was found, in sentences that need no statistics."""
    concerns = [one for one in judged if one.line.severity >= CONCERN]
    urgent = [one for one in judged if one.line.severity == URGENT]
    harmless = [one for one in judged if one.line.severity == 0]
    low = [one for one in judged if 0 < one.line.severity < CONCERN]
    said = [f"{_lines(len(judged))} read: {len(concerns)} that you marked as a concern (3 or more), {len(low)} as low (1 or 2), {len(harmless)} as harmless (0)."]
    if concerns:
        said.append(_found(f"Of {_lines(len(concerns))} that you marked as a concern, Heedful found", concerns))
        stayed = sum(not one.leaves for one in concerns)
        if stayed:
            said.append(f"{_lines(stayed)} of them would never have left the pupil's device.")
    if urgent:
        said.append(_found(f"Of {_lines(len(urgent))} that you marked as urgent (5), it found", urgent))
    if harmless:
        share = Share(sum(one.captured >= CONCERN for one in harmless), len(harmless))
        said.append(f"Of {_lines(share.of)} that you marked as harmless, it would have shown you {share.hits} as a concern ({_between(share)}).")
        left = Share(sum(one.leaves for one in harmless), len(harmless))
        said.append(f"{left.hits} of the harmless ones would have left a device at all, at any severity ({_between(left)}).")
    said.append("'Found' means that the line would leave the device and be graded 3 or more. The range in brackets is where the true figure most likely lies (19 times in 20) for many lines like yours.")
    few = [name for name, some in (("concerns", concerns), ("harmless lines", harmless)) if len(some) < LEAST_LINES]
    if few:
        said.append(f"You gave fewer than {LEAST_LINES} {f' and fewer than {LEAST_LINES} '.join(few)}: read the range, not the figure.")
    return said


def by_severity(judged: Sequence[Judged]) -> list[tuple[str, ...]]:
    """A row for each severity that was given: how Heedful graded those lines."""
    rows = []
    for severity in range(6):
        some = [one for one in judged if one.line.severity == severity]
        if some:
            rows.append((str(severity), str(len(some)), *(str(sum(one.captured == grade for one in some)) for grade in range(6))))
    return rows


HEADS = ("you said", "lines", "0", "1", "2", "3", "4", "5")


def by_theme(judged: Sequence[Judged]) -> list[str]:
    """One sentence for each theme that you named, of the concerns."""
    said = []
    for theme in sorted({one.line.theme for one in judged if one.line.theme}):
        some = [one for one in judged if one.line.theme == theme and one.line.severity >= CONCERN]
        if some:
            said.append(_found(f"{theme.replace('_', ' ').capitalize()}: of {_lines(len(some))}, found", some))
    return said


def to_look_at(judged: Sequence[Judged]) -> list[str]:
    """Which lines to look at yourself, by number or id alone."""
    missed = [one.line.id for one in judged if one.line.severity >= CONCERN > one.captured]
    raised = [one.line.id for one in judged if one.line.severity == 0 and one.captured >= CONCERN]
    return [f"{what}: {_named(ids)}." for what, ids in (("Missed", missed), ("Harmless, but shown as a concern", raised)) if ids]


def as_text(judged: Sequence[Judged]) -> str:
    """For the terminal."""
    table = ["How Heedful graded your lines (0: you would not have seen it)", "  ".join(f"{head:>8}" for head in HEADS)]
    table += ["  ".join(f"{cell:>8}" for cell in row) for row in by_severity(judged)]
    return "\n\n".join("\n".join(block) for block in (told(judged), by_theme(judged), table, to_look_at(judged)) if block)


def as_html(judged: Sequence[Judged]) -> str:
    """One page with the same, without any text of the lines; needs nothing else."""
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in HEADS)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in by_severity(judged))
    blocks = "".join(f"<p>{escape(sentence)}</p>" for sentence in [*told(judged), *by_theme(judged)])
    named = "".join(f"<p>{escape(sentence)}</p>" for sentence in to_look_at(judged))
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><title>Heedful on your own lines</title><style>body{font:17px/1.55 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}'
        "table{border-collapse:collapse}caption{text-align:left;font-weight:600}th,td{padding:.3rem .8rem;border-bottom:1px solid;text-align:right}</style></head>"
        f"<body><main><h1>Heedful on your own lines</h1>{blocks}<table><caption>How Heedful graded your lines (0: you would not have seen it)</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{named}</main></body></html>\n"
    )


def _found(what: str, some: Sequence[Judged]) -> str:
    share = Share(sum(one.captured >= CONCERN for one in some), len(some))
    return f"{what} {share.hits} ({_between(share)})."


def _between(share: Share) -> str:
    low, high = share.interval
    return f"{100 * low:.0f} to {100 * high:.0f} of 100"


def _lines(count: int) -> str:
    return f"{count:,} line" if count == 1 else f"{count:,} lines"


def _named(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(ids[:NAMED]) + more
