"""Every layer together, as the server judges a capture. docs/detection.md, "Three layers, one answer".

What devices do is `engine.assess`; this adds the sentence encoder and the fusion. With both switched off, or where there
are none, the answer is the engine's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from heedful.detection import model_judge
from heedful.detection.bundle import Bundle
from heedful.detection.encoder import Encoder, Reading
from heedful.detection.engine import NO_LISTS, NOTHING_FOUND, Look, assess, by_weight, look
from heedful.detection.fusion import Evidence, Fusion, Verdict
from heedful.detection.lists import LockedLists
from heedful.detection.phrasing import INTENT_WORDS, PERSON_WORDS, SAID_CHANCE, SAID_READS
from heedful.detection.severity import fuse
from heedful.detection.values import LAYERS, AgeBand, Assessment, Finding, Layer, Observation

NEVER_TEMPERED = "report"  # a child who asks for help is heard
LIKELY = 0.5  # from what chance of its theme a phrase is raised with the whole text


@dataclass(frozen=True, slots=True)
class Detector:
    """A bundle, an encoder and the fusion's numbers; safe to share between threads. Without encoder and fusion it is the engine."""

    bundle: Bundle
    encoder: Encoder | None = None
    fusion: Fusion | None = None
    layers: frozenset[Layer] = LAYERS

    def assess(self, observation: Observation, *, age_band: AgeBand = "unknown", locked: LockedLists = NO_LISTS) -> Assessment:
        """Judge one text with every layer that is on. Never raises because of the text."""
        if self.fusion is None or (self.encoder is None and "model" not in self.layers):
            return assess(observation, age_band=age_band, bundle=self.bundle, locked=locked, layers=self.layers)
        seen = look(observation, age_band=age_band, bundle=self.bundle, layers=self.layers)
        reading = self.read(observation, seen)
        verdict = self.fusion.judge(self.evidence(seen, reading))
        found = [finding for finding, _ in seen.found]
        if observation.source != NEVER_TEMPERED:
            found = [finding if finding.rule in self.bundle.foreign else _moved(finding, verdict, found) for finding in found]
        found += self._unnamed(observation, verdict, found, seen)
        listed = list(locked.findings(observation, self.bundle))
        findings = [*listed, *(finding for finding in found if finding.severity)]
        # Beside a child's own words for help, or what a list says, a machine's doubt would only mislead.
        said = () if listed or observation.source == NEVER_TEMPERED else self.said(verdict, reading)
        silenced = tuple(sorted((finding for finding in found if not finding.severity), key=by_weight))
        if not findings:
            return replace(NOTHING_FOUND, silenced=silenced, said=said)
        findings.sort(key=by_weight)
        _, severities = fuse(findings)
        scores = {theme: round(1000 * verdict.themes.get(theme, 1.0)) for theme in severities}
        return Assessment(max(severities.values()), scores, severities, tuple(findings), silenced, said)

    def evidence(self, seen: Look, reading: Reading | None) -> Evidence:
        """What the layers said, as the fusion takes it."""
        phrases: dict[str, int] = {}
        for finding, _ in seen.found:
            phrases[finding.theme] = max(phrases.get(finding.theme, 0), finding.severity)
        model = self.bundle.model
        heads: dict[str, float] = {}
        concern = None
        if model and seen.reading:
            concern = max(seen.reading.together) * 1000 / max(1, model.header.units[0])
            heads = model_judge.whole_theme_logits(seen.reading, model, self.bundle.featuriser)
        return Evidence(phrases, concern, heads, reading.severity if reading else None, reading.themes if reading else {})

    def said(self, verdict: Verdict, reading: Reading | None) -> tuple[str, ...]:
        """What the models thought, in plain words, for `heedful assess --explain` and the page of a capture."""
        told = [SAID_CHANCE.format(n=round(100 * verdict.chances[2]))]
        if reading:
            told.append(SAID_READS.format(intent=INTENT_WORDS[reading.intent], person=PERSON_WORDS[reading.person]))
        return tuple(told)

    def read(self, observation: Observation, seen: Look) -> Reading | None:
        """The encoder's reading, where that layer is on: of the text as it stands and, where words of it were disguised, as repaired."""
        if self.encoder is None or "encoder" not in self.layers:
            return None
        reading = self.encoder.read(observation.text, observation.source, observation.context_before)
        words = self.bundle.featuriser.words_of(seen.tokens, seen.folded.view) if seen.tokens else self.bundle.featuriser.words(observation.text)
        if not any(repaired for _, repaired in words):
            return reading
        return reading.or_worse(self.encoder.read(" ".join(word for word, _ in words), observation.source, observation.context_before))

    def _unnamed(self, observation: Observation, verdict: Verdict, found: Sequence[Finding], seen: Look) -> list[Finding]:
        """A finding of the models' own where they see more than any phrase, in the likeliest theme.

        It marks the words that say most for the small model; the whole text where that was not asked.
        """
        theme = max(verdict.themes, key=lambda name: (verdict.themes[name], name), default="")
        if verdict.severity <= max((finding.severity for finding in found), default=0) or not theme:
            return []
        title = next(one.title for one in self.bundle.themes if one.name == theme)
        meaning = self.bundle.phrasing["model"].format(title=title)
        why = f"{meaning} {self.bundle.phrasing['starts'].format(n=verdict.severity)}."
        start, end = 0, len(observation.text)
        if self.bundle.model and seen.reading:
            place = seen.reading.together.index(max(seen.reading.together))
            start, end = model_judge.marked(seen.reading, place, self.bundle, seen.folded, seen.tokens)
        return [Finding(theme, start, end, model_judge.rule_of(theme), verdict.severity, why, meaning)]


def _moved(finding: Finding, verdict: Verdict, found: Sequence[Finding]) -> Finding:
    """A phrase's finding as the fusion moves it: down by as much as the whole text comes down, up only where it is the greatest."""
    greatest = max(one.severity for one in found)
    if verdict.severity < greatest:
        severity = max(0, finding.severity - (greatest - verdict.severity))
    elif finding.severity == greatest and verdict.themes.get(finding.theme, 0.0) >= LIKELY:
        severity = max(finding.severity, verdict.severity)
    else:
        severity = finding.severity
    if severity == finding.severity:
        return finding
    word = "raised" if severity > finding.severity else "lowered"
    why = f"{finding.why[:-1]}; {word} to {severity}, as the models read the whole line as {'more' if word == 'raised' else 'less'} serious."
    return replace(finding, severity=severity, why=why)
