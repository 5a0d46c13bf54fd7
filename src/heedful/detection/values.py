"""The values that cross detection's boundary. All frozen, all plain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Source = Literal["typed", "searched", "displayed", "submitted", "received", "ai_chat", "file", "report"]
AgeBand = Literal["ks1", "ks2", "ks3", "ks4", "ks5", "unknown"]
Layer = Literal["phrases", "model", "encoder"]

SOURCES: tuple[str, ...] = get_args(Source)
AGE_BANDS: tuple[str, ...] = get_args(AgeBand)
THEMES: tuple[str, ...] = (
    "suicide", "self_harm", "eating_disorder", "low_mood", "abuse_disclosure", "sexual_exploitation",
    "nudes", "sexual_content", "bullying", "discrimination", "violence", "weapons", "drugs",
    "criminal_exploitation", "extremism", "gambling", "bypass", "language",
)  # fmt: skip
DEFAULT_CAPTURE_FROM = 2
LAYERS: frozenset[Layer] = frozenset(("phrases", "model", "encoder"))


@dataclass(frozen=True, slots=True)
class Observation:
    """One text as it was seen, with its address where it has one.

    `context_before` holds earlier lines, oldest first; a serious phrase may begin in them, they may meet a need or raise a finding, never lower one.
    """

    text: str
    source: Source = "typed"
    context_before: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One concern in one text, with its evidence.

    `start` and `end` are a half-open span of code points of the text as captured, not as folded. `rule` is a phrase
    id or `model.<theme>`, `severity` is 1-5, `why` says in plain words what was read and what moved the severity; it never quotes the text.
    """

    theme: str
    start: int
    end: int
    rule: str
    severity: int
    why: str
    meaning: str
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """The machine's view of one text. `themes` are scores in thousandths (0-1000); severities are 0-5.

    `silenced` holds what phrases found and the models took for harmless. It counts for nothing and is never sent.
    `said` is what the models thought of the whole text, in plain sentences; empty where none was asked.
    """

    severity: int = 0
    themes: Mapping[str, int] = field(default_factory=dict)
    theme_severities: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    silenced: tuple[Finding, ...] = ()
    said: tuple[str, ...] = ()

    def leaves_device(self, capture_from: int = DEFAULT_CAPTURE_FROM) -> bool:
        """Whether a device sends this: severe enough for the policy, or found by a rule that nobody can switch off."""
        return bool(self.findings) and (self.severity >= capture_from or any(f.locked for f in self.findings))


def as_score(thousandths: int) -> float:
    """A score in [0, 1], in steps of 0.001; whole numbers come back as integers, so that JSON reads alike everywhere."""
    return thousandths // 1000 if thousandths % 1000 == 0 else thousandths / 1000
