"""What was found in one text, for a person to read: short, or with every reason."""

import os
import textwrap
from collections.abc import Callable, Mapping
from typing import TextIO

from heedful.detection.jsonl import steps_of
from heedful.detection.values import Assessment, Finding

SEVERITY_WORDS = ("nothing", "noted", "low", "concern", "serious", "urgent")
_WIDTH = 96
_COLOURS = {0: "2", 1: "36", 2: "36", 3: "33", 4: "31", 5: "1;31"}
_BOLD, _DIM = "1", "2"


def wants_colour(out: TextIO) -> bool:
    """Whether a terminal reads it and nobody asked for none (NO_COLOR)."""
    return out.isatty() and not os.environ.get("NO_COLOR")


def told(text: str, assessment: Assessment) -> str:
    """One text and what was found."""
    lines = [f"{assessment.severity}  {text}"]
    for finding in assessment.findings:
        lines.append(f"   {finding.severity} {finding.theme}, {finding.rule}: '{text[finding.start : finding.end]}'")
        lines.append(f"     {finding.why}")
    return "\n".join(lines)


def explained(text: str, assessment: Assessment, titles: Mapping[str, str], *, leaves_device: bool, colour: bool = False) -> str:
    """One text with every reason: which words, which rule, what moved it, what was silenced, what the models thought."""
    paint = _painted if colour else _plain
    severity = assessment.severity
    leaves = "leaves the device" if leaves_device else "stays on the device"
    lines = [f"{paint(f'{severity} {SEVERITY_WORDS[severity]}', _COLOURS[severity])}  {text}", paint(f"  {leaves}", _DIM)]
    for finding in assessment.findings:
        lines += _finding(text, finding, titles, paint)
    if assessment.silenced:
        lines.append(paint("  silenced, counts for nothing:", _DIM))
        for finding in assessment.silenced:
            lines += _finding(text, finding, titles, paint)
    if not assessment.findings and not assessment.silenced:
        lines.append("  Nothing counts: no phrase was met, or the words around it made it harmless, and no model found a concern.")
    if assessment.said:
        lines.append(paint("  what the models thought:", _DIM))
        lines += [line for said in assessment.said for line in _wrapped(said, "    ", "    ")]
    return "\n".join([*lines, ""])


def _finding(text: str, finding: Finding, titles: Mapping[str, str], paint: Callable[[str, str], str]) -> list[str]:
    words = " ".join(text[finding.start : finding.end].split())
    if len(words) > _WIDTH:
        words = f"{words[: _WIDTH // 2]} … {words[-_WIDTH // 3 :]}"
    name = paint(f"{finding.severity} {SEVERITY_WORDS[finding.severity]}", _COLOURS[finding.severity])
    lines = [f"  {name}  {titles.get(finding.theme, finding.theme)}: {paint(f'“{words}”', _BOLD)}"]
    lines += _wrapped(finding.meaning, "      ", "      ")
    lines += [line for step in steps_of(finding) for line in _wrapped(step, "      - ", "        ")]
    locked = ", of a locked list that nobody can switch off" if finding.locked else ""
    lines.append(paint(f"      rule {finding.rule}{locked}", _DIM))
    return lines


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False) or []


def _plain(text: str, _code: str) -> str:
    return text


def _painted(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"
