"""The one call: `assess`. docs/detection.md tells the whole way; extension/src/engine/engine.ts is its twin."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from heedful.detection import across, model_judge
from heedful.detection.bundle import Bundle, PhraseRule
from heedful.detection.lists import LockedLists
from heedful.detection.repair import Token
from heedful.detection.rules import CANCEL, CAP, LOWER, RAISE, ContextRule, Nearby, Span, Window
from heedful.detection.severity import fuse
from heedful.detection.strewn import REACH, spans_over
from heedful.detection.text import Folded
from heedful.detection.values import AGE_BANDS, LAYERS, AgeBand, Assessment, Finding, Layer, Observation

_OPERATION_NAMES = {CANCEL: "cancel", LOWER: "lower", CAP: "cap", RAISE: "raise"}


NOTHING_FOUND = Assessment()
NO_LISTS = LockedLists()


def assess(
    observation: Observation, *, age_band: AgeBand = "unknown", bundle: Bundle, locked: LockedLists = NO_LISTS, layers: frozenset[Layer] = LAYERS
) -> Assessment:
    """Judge one text: themes, severity 0-5 and findings, most severe first.

    Deterministic, linear in the text, and never raises because of the text. Same answer as on the device. `layers` that
    the bundle does not have are passed over; locked lists are none and always stand.
    """
    findings = list(locked.findings(observation, bundle))
    silenced: list[Finding] = []
    seen = look(observation, age_band=age_band, bundle=bundle, layers=layers)
    if bundle.model and seen.reading:
        kept, silenced = model_judge.silence(seen.found, seen.reading, bundle, observation)
        findings += kept
        own = model_judge.raised(seen.reading, bundle, bundle.model, seen.folded, seen.tokens)
        if own and not any(finding.severity >= own.severity for finding in findings):
            findings.append(own)
    else:
        findings += [finding for finding, _ in seen.found]
    if not findings and not silenced:
        return NOTHING_FOUND
    findings.sort(key=by_weight)
    themes, severities = fuse(findings)
    return Assessment(max(severities.values(), default=0), themes, severities, tuple(findings), tuple(sorted(silenced, key=by_weight)))


@dataclass(frozen=True, slots=True)
class Look:
    """What the device's layers saw in one text: the phrases' findings with their spans in tokens, and the model's reading."""

    found: Sequence[tuple[Finding, Span]] = ()
    reading: model_judge.Reading | None = None
    folded: Folded = field(default_factory=lambda: Folded("", None))
    tokens: Sequence[Token] = ()


def look(observation: Observation, *, age_band: AgeBand, bundle: Bundle, layers: frozenset[Layer] = LAYERS) -> Look:
    """Let each layer that is on look at a text. Linear in it."""
    model = bundle.model if "model" in layers else None
    has_phrases = "phrases" in layers and _may_hit(observation, bundle)
    if not has_phrases and (model is None or model.header.most_tokens.get(observation.source) == 0):
        return Look()
    folded = bundle.folder.fold(observation.text)
    tokens = bundle.reader.read(folded.view)
    found = list(_phrase_findings(observation, folded, tokens, age_band, bundle)) if has_phrases else []
    reading = model_judge.read(model, bundle.featuriser, tokens, folded.view, observation, age_band) if model else None
    return Look(found, reading, folded, tokens)


def _may_hit(observation: Observation, bundle: Bundle) -> bool:
    """False when the sieve knows that no phrase lies in the text, nor across it and the lines before."""
    if bundle.sieve is None or bundle.sieve.may_hit(observation.text):
        return True
    before = across.lines_that_run_on(observation.context_before)
    return any(before) and bundle.sieve.may_hit("\n".join((*before, observation.text)))


def by_weight(finding: Finding) -> tuple[int, int, int, str, str]:
    """Most severe first, then as they stand in the text."""
    return -finding.severity, finding.start, finding.end, finding.theme, finding.rule


def _phrase_findings(
    observation: Observation, folded: Folded, tokens: list[Token], age_band: str, bundle: Bundle
) -> Iterator[tuple[Finding, Span]]:
    """What the phrases find, each with its span in tokens."""
    seen = _Seen.of(tokens, observation.context_before, bundle)
    kept = _Kept(seen.longest)
    for candidate in _candidates(seen, observation, age_band):
        kept.offer(candidate)
    whole = kept.best()
    for one in whole:
        start, _ = folded.span(tokens[one.span[0]][1], tokens[one.span[0]][2])
        _, end = folded.span(tokens[one.span[1] - 1][1], tokens[one.span[1] - 1][2])
        yield _finding(one, start, end, bundle), one.span
    joined = across.Joined.of(observation.context_before, folded, tokens, bundle)
    if joined:
        yield from _findings_across(joined, seen, whole, observation, folded, age_band)


def _findings_across(
    joined: across.Joined, alone: "_Seen", whole: "list[_Candidate]", observation: Observation, folded: Folded, age_band: str
) -> Iterator[tuple[Finding, Span]]:
    """What begins in the lines before: the best of each theme, where nothing as severe is found wholly in the text in its place."""
    bundle = alone.bundle
    hits = {
        target: spans
        for target, found in joined.hits(bundle, alone.longest).items()
        if (spans := [span for span in found if not any(start < joined.part_in_text(span)[2] for start, _ in alone.spans.get(target, ()))])
    }
    if not hits:
        return
    kept = _Kept(alone.longest)
    for candidate in _candidates(_Seen.across(joined, hits, alone), observation, age_band):
        if candidate.severity >= across.LEAST_LEFT:
            kept.offer(candidate)
    themes: set[int] = set()
    for one in sorted(kept.best(), key=_by_worth):
        first, last, count = joined.part_in_text(one.span)
        rivals = (other.span for other in whole if other.phrase.theme == one.phrase.theme and other.severity >= one.severity)
        if one.phrase.theme in themes or any(end <= count or (start == 0 and end >= count) for start, end in rivals):
            continue
        themes.add(one.phrase.theme)
        yield _finding(one, *folded.span(first, last), bundle), (0, count)


def _candidates(seen: "_Seen", observation: Observation, age_band: str) -> "Iterator[_Candidate]":
    for phrase, span in seen.phrase_hits():
        severity, why = _judge(phrase, span, seen, observation, age_band)
        if severity:
            yield _Candidate(phrase, span, severity, why)


def _finding(one: "_Candidate", start: int, end: int, bundle: Bundle) -> Finding:
    return Finding(bundle.themes[one.phrase.theme].name, start, end, one.phrase.id, one.severity, one.why, one.phrase.meaning)


@dataclass(frozen=True)
class _Seen:
    """Everything that matched in one text, by kind. `earlier` are spans in the lines before, at negative token places."""

    bundle: Bundle
    tokens: list[Token]
    spans: dict[int, list[Span]]
    earlier: dict[int, list[Span]]
    longest: int
    is_across: bool = False
    nearby: dict[tuple[str, bool], Nearby] = field(default_factory=dict)

    @classmethod
    def of(cls, tokens: list[Token], lines_before: Sequence[str], bundle: Bundle) -> "_Seen":
        earlier: dict[int, list[Span]] = {}
        place = 0
        for line in reversed(lines_before):
            words = [token[0] for token in bundle.reader.read(bundle.folder.fold(line).view)]
            place -= len(words)
            for target, spans in spans_over(bundle.context_walker, words, bundle.emoji).items():
                earlier.setdefault(target, []).extend((start + place, end + place) for start, end in spans)
        numbers = [token[0] for token in tokens]
        longest = bundle.longest * (REACH if bundle.emoji else 1)
        hits = spans_over(bundle.phrase_walker, numbers, bundle.emoji)
        around = spans_over(bundle.context_walker, numbers, bundle.emoji, _places_round(hits, len(tokens), bundle.widest + longest))
        return cls(bundle, tokens, hits | around, earlier, longest)

    @classmethod
    def across(cls, joined: across.Joined, hits: dict[int, list[Span]], alone: "_Seen") -> "_Seen":
        """What stands round hits that begin in the lines before, which are read with the text as one."""
        bundle, numbers = alone.bundle, [token[0] for token in joined.tokens]
        around = spans_over(bundle.context_walker, numbers, bundle.emoji, _places_round(hits, len(numbers), bundle.widest + alone.longest))
        earlier = {target: [(start + joined.inside, end + joined.inside) for start, end in spans] for target, spans in alone.earlier.items()}
        return cls(bundle, joined.tokens, hits | around, earlier, alone.longest, is_across=True)

    def phrase_hits(self) -> Iterable[tuple[PhraseRule, Span]]:
        """Each phrase's hits, without those that overlap a longer one of its own or share a token with an exception."""
        excepted_by_theme: dict[int, set[int]] = {}
        for target in sorted(self.spans):
            if target >= len(self.bundle.phrases):
                return
            phrase = self.bundle.phrases[target]
            if phrase.theme not in excepted_by_theme:
                excepted_by_theme[phrase.theme] = self._excepted(phrase.theme)
            excepted = excepted_by_theme[phrase.theme]
            for start, end in _apart(self.spans[target]):
                if not any(place in excepted for place in range(start, end)):
                    yield phrase, (start, end)

    def _excepted(self, theme: int) -> set[int]:
        first = len(self.bundle.phrases) + len(self.bundle.class_names)
        places: set[int] = set()
        for target in (first + theme, first + len(self.bundle.themes)):
            for start, end in self.spans.get(target, ()):
                places.update(range(start, end))
        return places

    def stands_near(self, names: Iterable[str], hit: Span, window: Window, *, or_earlier: bool) -> bool:
        """Whether any of the context classes stands in the window round a hit, `or_earlier` also in the lines before."""
        return any(self._class(name, or_earlier and bool(self.earlier)).stands_near(hit, window) for name in names)

    def _class(self, name: str, with_earlier: bool) -> Nearby:
        if (name, with_earlier) not in self.nearby:
            target = len(self.bundle.phrases) + self.bundle.class_names.index(name)
            spans = [*(self.earlier.get(target, ()) if with_earlier else ()), *self.spans.get(target, ())]
            self.nearby[name, with_earlier] = Nearby(spans, self.longest)
        return self.nearby[name, with_earlier]


def _places_round(hits: dict[int, list[Span]], count: int, reach: int) -> list[int]:
    """The tokens at which a context class or an exception that matters to a hit may begin, ascending."""
    places: list[int] = []
    end = 0
    for start, last in sorted({span for spans in hits.values() for span in spans}):
        first = max(end, start - reach)
        end = max(end, min(count, last + reach))
        places += range(first, end)
    return places


def _apart(spans: list[Span]) -> list[Span]:
    """Of overlapping spans the longest, then the first."""
    if len(spans) == 1:
        return spans
    taken: set[int] = set()
    kept = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if not any(place in taken for place in range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end))
    return sorted(kept)


def _judge(phrase: PhraseRule, span: Span, seen: _Seen, observation: Observation, age_band: str) -> tuple[int, str]:
    """The severity of one hit after every rule, and why in words; 0 when a need is missing or a rule brings it down."""
    if not all(seen.stands_near(need.any, span, need.window, or_earlier=True) for need in phrase.needs):
        return 0, ""
    theme, phrasing = seen.bundle.themes[phrase.theme], seen.bundle.phrasing
    severity = phrase.severity
    said = [phrasing["starts"].format(n=severity)]
    if any(repaired for _, _, _, repaired in seen.tokens[span[0] : span[1]]):
        said.append(phrasing["repaired"])
    if seen.is_across:
        said.append(phrasing["across"])

    def move(to: int, kind: str, why: str) -> int:
        if to != severity:
            said.append(phrasing[kind].format(n=to, why=why))
        return to

    for rule in (*phrase.context, *theme.context):
        if _applies(rule, span, seen):
            severity = move(rule.moved(severity), _OPERATION_NAMES[rule.operation], rule.why)
            if not severity:
                return 0, ""
    for steps, kind, name in ((theme.sources.get(observation.source, 0), "sources", observation.source), (_age_steps(theme.ages, age_band), "ages", age_band)):
        severity = move(min(5, max(0, severity + steps)), "raise" if steps > 0 else "lower", phrasing[kind][name])
        if not severity:
            return 0, ""
    return severity, f"{phrase.meaning} {'; '.join(said)}."


def _applies(rule: ContextRule, span: Span, seen: _Seen) -> bool:
    """Earlier lines may bring a raise about or switch another rule off, so that they never lower."""
    raises = rule.operation == RAISE
    if not seen.stands_near(rule.when, span, rule.window, or_earlier=raises):
        return False
    return not seen.stands_near(rule.unless, span, rule.window, or_earlier=not raises)


def _age_steps(ages: dict[str, int], age_band: str) -> int:
    if age_band == "unknown":
        return max(ages.get(band, 0) for band in AGE_BANDS[:-1])
    return ages.get(age_band, 0)


@dataclass(frozen=True, slots=True)
class _Candidate:
    phrase: PhraseRule
    span: Span
    severity: int
    why: str


def _by_worth(one: _Candidate) -> tuple[int, int, int, str]:
    """More severe first, then longer, then first, then by id."""
    return -one.severity, one.span[0] - one.span[1], one.span[0], one.phrase.id


class _Kept:
    """The candidates; `best` drops those that lie within, or round, a better one of their theme."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._offered: list[_Candidate] = []

    def offer(self, candidate: _Candidate) -> None:
        self._offered.append(candidate)

    def best(self) -> list[_Candidate]:
        """Those that stand, the best first. Linear: spans are bounded."""
        kept: list[_Candidate] = []
        ends: dict[tuple[int, int], list[int]] = {}  # (theme, start) → ends of what was kept
        for one in sorted(self._offered, key=_by_worth):
            (start, end), theme = one.span, one.phrase.theme
            round_it = any(e >= end for s in range(end - self._longest, start + 1) for e in ends.get((theme, s), ()))
            within_it = any(e <= end for s in range(start, end) for e in ends.get((theme, s), ()))
            if not round_it and not within_it:
                kept.append(one)
                ends.setdefault((theme, start), []).append(end)
        return kept
