"""What the small model decides of one text: which findings it silences, and whether it raises one. Twin: extension/src/engine/model-judge.ts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from heedful.detection.bundle import Bundle
from heedful.detection.model import Model
from heedful.detection.model_features import Featuriser, Word, windows, windows_of
from heedful.detection.repair import Token
from heedful.detection.rules import Span
from heedful.detection.text import Folded
from heedful.detection.values import Finding, Observation

SILENCED_UP_TO = 3
NEVER_SILENCED = "report"  # a child who asks for help is heard
MARKED_WORDS = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """The model's view of one text, whose source and age band have moved every logit.

    By window: `alone` is the text's own concern, `together` the greater of it and, in the first window, what it comes to
    with the earlier lines. `raises` is the same but where those say together hardly more than the earlier lines alone.
    """

    words: Sequence[Word]
    spans: Sequence[Span]
    alone: Sequence[int]
    together: Sequence[int]
    raises: Sequence[int]
    with_earlier: frozenset[int]  # the buckets of the earlier lines with the text's beginning

    def concern_at(self, start: int, end: int, size: int) -> int:
        """The greatest concern of the windows that hold words from `start` to `end`."""
        return max(self.together[place] for place in windows_of(start, end, len(self.words), size))


def read(model: Model, featuriser: Featuriser, tokens: Sequence[Token], view: str, observation: Observation, age_band: str) -> Reading | None:
    """Ask the model about a text; None where its header says that it is not asked about such a one. Linear in the text."""
    header = model.header
    if not header.least_tokens <= len(tokens) <= header.most_tokens.get(observation.source, len(tokens)):
        return None
    words = featuriser.words_of(tokens, view)
    spans = windows(len(words), header.window)
    moved = header.source_offsets.get(observation.source, 0) + header.age_offsets.get(age_band, 0)
    alone = [moved + model.concern_of(_buckets(model, featuriser, words, span)) for span in spans]
    together, raises, both = list(alone), list(alone), frozenset[int]()
    earlier, is_whole = featuriser.earlier(observation.context_before[-header.lines_before :] if header.lines_before else (), header.window // 2)
    if earlier:
        before = moved + model.concern_of(model.buckets(featuriser.features(earlier[:-1], starts=is_whole)))
        shown = words[: header.window - len(earlier)]
        both = frozenset(model.buckets(featuriser.features([*earlier, *shown], starts=is_whole, ends=len(shown) == len(words))))
        concern = moved + model.concern_of(both)
        together[0] = max(alone[0], concern)
        if concern - before >= header.before_adds:
            raises[0] = together[0]
    return Reading(words, spans, alone, together, raises, both)


def silence(found: Iterable[tuple[Finding, Span]], reading: Reading, bundle: Bundle, observation: Observation) -> tuple[list[Finding], list[Finding]]:
    """The findings that stand, and those that the bundle's model silences, which say so. `found` have spans in words."""
    assert bundle.model  # it gave the reading
    header, said = bundle.model.header, bundle.phrasing["silenced"]
    below = {theme.name: theme.silences_below for theme in header.themes}
    kept, silenced = [], []
    for finding, (start, end) in found:
        may_be = finding.severity <= SILENCED_UP_TO and observation.source != NEVER_SILENCED and finding.theme in below and finding.rule not in bundle.foreign
        if may_be and reading.concern_at(start, end, header.window) < below[finding.theme]:
            silenced.append(replace(finding, why=f"{finding.why[:-1]}; {said}."))
        else:
            kept.append(finding)
    return kept, silenced


def raised(reading: Reading, bundle: Bundle, model: Model, folded: Folded, tokens: Sequence[Token]) -> Finding | None:
    """The finding of the window of greatest concern, where that is enough for its greatest theme; of equals the first."""
    concern = max(reading.raises)
    if concern < min(theme.fires_at[0] for theme in model.header.themes):
        return None
    place = reading.raises.index(concern)
    logits = theme_logits(reading, place, model, bundle.featuriser)
    theme = model.header.themes[logits.index(max(logits))]
    if concern < theme.fires_at[0]:
        return None
    severity = 3 if concern >= theme.fires_at[1] else 2
    start, end = marked(reading, place, bundle, folded, tokens)
    rule = rule_of(theme.name)
    meaning = meanings(bundle)[rule]
    why = f"{meaning} {bundle.phrasing['starts'].format(n=severity)}."
    return Finding(theme.name, start, end, rule, severity, why, meaning)


def marked(reading: Reading, place: int, bundle: Bundle, folded: Folded, tokens: Sequence[Token]) -> Span:
    """Where in the text as captured the words of a window stand that say most for concern: half-open, code points."""
    assert bundle.model  # it gave the reading
    first, last = _marked(reading.words, reading.spans[place], bundle.featuriser, bundle.model)
    start, _ = folded.span(tokens[first][1], tokens[first][2])
    _, end = folded.span(tokens[last][1], tokens[last][2])
    return start, end


def rule_of(theme: str) -> str:
    """The rule of the model's findings of a theme, as the wire wants it."""
    return f"model.{theme.replace('_', '-')}"


def meanings(bundle: Bundle) -> dict[str, str]:
    """What each rule of the model means, in plain words."""
    return {rule_of(theme.name): bundle.phrasing["model"].format(title=theme.title) for theme in bundle.themes}


def theme_logits(reading: Reading, place: int, model: Model, featuriser: Featuriser) -> list[int]:
    """A logit a theme of the words that give a window what it may raise a finding with."""
    if reading.raises[place] > reading.alone[place]:
        return model.theme_logits(reading.with_earlier)
    return model.theme_logits(_buckets(model, featuriser, reading.words, reading.spans[place]))


def whole_theme_logits(reading: Reading, model: Model, featuriser: Featuriser) -> dict[str, float]:
    """Each theme's logit in whole ones, of the window of greatest concern."""
    place = reading.raises.index(max(reading.raises))
    unit = max(1, model.header.units[1]) / 1000
    return {head.name: logit / unit for head, logit in zip(model.header.themes, theme_logits(reading, place, model, featuriser), strict=True)}


def _buckets(model: Model, featuriser: Featuriser, words: Sequence[Word], span: Span) -> set[int]:
    first, end = span
    return model.buckets(featuriser.features(words[first:end], starts=first == 0, ends=end == len(words)))


def _marked(words: Sequence[Word], span: Span, featuriser: Featuriser, model: Model) -> Span:
    """The first and the last of the few words that say most for concern; all words of the window where none does."""
    first, end = span
    by_word = featuriser.features_by_word(words[first:end], starts=first == 0, ends=end == len(words))
    weights = [sum(map(model.concern.__getitem__, model.buckets(features))) for features in by_word]
    most = sorted((place for place, weight in enumerate(weights) if weight > 0), key=lambda place: (-weights[place], place))[:MARKED_WORDS]
    return (first + min(most), first + max(most)) if most else (first, end - 1)
