"""One JSON line in, one JSON line out: the format of `heedful assess` and of the extension's `npm run match`, byte for byte."""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from heedful.detection.values import AGE_BANDS, SOURCES, AgeBand, Assessment, Finding, Observation, Source, as_score

MAX_SAFE_INTEGER = 2**53 - 1


class LineError(ValueError):
    """A line that can't be assessed; the text says why and never quotes what the line says."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was read."""

    id: str | int
    observation: Observation
    age_band: AgeBand


def read_line(raw: bytes) -> Line:
    """Read one line. Raises LineError. Unknown keys are passed over; null stands for an absent one."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise LineError("is not UTF-8") from None
    except (ValueError, RecursionError):
        raise LineError("is not JSON") from None
    if not isinstance(value, dict):
        raise LineError("is not an object")
    text = value.get("text")
    if not isinstance(text, str):
        raise LineError("'text' is not a string")
    source: Source = _one_of(value, "source", SOURCES, "typed")
    age_band: AgeBand = _one_of(value, "age_band", AGE_BANDS, "unknown")
    return Line(_id(value.get("id")), Observation(text, source, _earlier(value.get("context_before"))), age_band)


def write_line(line: Line, assessment: Assessment) -> bytes:
    """The answer, with its newline. Scores are in steps of 0.001."""
    return _written(_answer(line, assessment))


def write_explanation(line: Line, assessment: Assessment, *, leaves_device: bool) -> bytes:
    """The answer with every reason, with its newline: each finding's words, severity and steps, what was silenced, what the models said.

    Whether it leaves is the device's own answer, which may be another than that of all layers.
    """
    text = line.observation.text
    reasons = {
        "findings": [_explained(text, finding) for finding in assessment.findings],
        "silenced": [_explained(text, finding) for finding in assessment.silenced],
        "said": list(assessment.said),
        "leaves_device": leaves_device,
    }
    return _written(_answer(line, assessment) | reasons)


def steps_of(finding: Finding) -> list[str]:
    """The steps in which a finding's severity came about, in plain words, as `why` tells them after its meaning."""
    steps = finding.why.removeprefix(finding.meaning).strip().removesuffix(".")
    return [step for step in steps.split("; ") if step]


def _answer(line: Line, assessment: Assessment) -> dict[str, Any]:
    return {
        "id": line.id,
        "severity": assessment.severity,
        "themes": {theme: as_score(score) for theme, score in assessment.themes.items()},
        "findings": [_finding(finding) for finding in assessment.findings],
    }


def _finding(f: Finding) -> dict[str, Any]:
    return {"theme": f.theme, "start": f.start, "end": f.end, "rule": f.rule, "why": f.why}


def _explained(text: str, finding: Finding) -> dict[str, Any]:
    words = text[finding.start : finding.end]
    return _finding(finding) | {"severity": finding.severity, "words": words, "meaning": finding.meaning, "steps": steps_of(finding)}


def _written(answer: dict[str, Any]) -> bytes:
    # A lone surrogate is written as its escape, as JavaScript writes it.
    return (json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8", "backslashreplace")


def _id(value: Any) -> str | int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 1.0 and 1e3 are whole numbers to JavaScript
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_SAFE_INTEGER):
        return value
    raise LineError("'id' is neither a string nor a whole number")


def _earlier(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise LineError("'context_before' is not a list of strings")
    return tuple(value)


def _one_of(value: dict[str, Any], key: str, known: tuple[str, ...], otherwise: str) -> Any:
    given = value.get(key)
    if given is None:
        return otherwise
    if given not in known:
        raise LineError(f"'{key}' is not one of {', '.join(known)}")
    return given


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
