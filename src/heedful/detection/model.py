"""The small model that devices carry: hashed features, 8-bit weights, integer logits. docs/detection.md, "The small model".

A file is magic, format, the length of the header, the header as JSON, the weights of concern, the weights of the
themes (a row a bucket). No floating-point number is met when it is used; `pack` makes one from a trainer's.
"""

import json
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from heedful.detection.values import AGE_BANDS, SOURCES, THEMES

MAGIC, FORMAT = b"HDFM", 1
MOST_BITS = 20
ALWAYS, NEVER = -(2**31), 2**31 - 1  # thresholds that every logit passes, and none
GREATEST = 127
COUNT_SHIFT = 10  # `by_count` is in 1024ths
_FIRST_SIGN = 0x30  # the sign of weight 0 where weights travel as text


class ModelError(ValueError):
    """The bytes are not a model that this version reads, or its header contradicts itself."""


@dataclass(frozen=True, slots=True)
class ThemeHead:
    """One theme. `fires_at` and `silences_below` are held against the concern: one theme may ask for more of it than another.

    `fires_at` is for severity 2 and for 3; a phrase's finding of severity 1-3 is silenced below `silences_below`.
    """

    name: str
    bias: int = 0
    fires_at: tuple[int, int] = (NEVER, NEVER)
    silences_below: int = ALWAYS


@dataclass(frozen=True, slots=True)
class Header:
    """All that is not a weight; whole numbers only.

    `units` are how many steps of a logit make one whole one, in thousandths, for concern and for themes: only for readers.
    `by_count` shrinks the sum of a window with so many features, in 1024ths; the last stands for all greater counts, none
    for no shrinking. `most_tokens` are by source: a longer text is not asked about; 0 for never, absent for any length.
    `before_adds`: how much more than the earlier lines alone they must say with the text before both together count.
    """

    name: str
    concern_bits: int
    theme_bits: int
    themes: tuple[ThemeHead, ...]
    bias: int = 0
    window: int = 40
    least_tokens: int = 2
    most_tokens: Mapping[str, int] = field(default_factory=lambda: {"displayed": 600})
    lines_before: int = 3
    before_adds: int = 1
    by_count: tuple[int, ...] = ()
    source_offsets: Mapping[str, int] = field(default_factory=dict)
    age_offsets: Mapping[str, int] = field(default_factory=dict)
    units: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        faults = [said for is_wrong, said in self._checks() if is_wrong]
        if faults:
            raise ModelError(f"the model '{self.name}' {'; '.join(faults)}")

    def _checks(self) -> list[tuple[bool, str]]:
        names = [theme.name for theme in self.themes]
        numbers = [self.bias, *self.units, *self.by_count, *self.most_tokens.values(), *self.source_offsets.values(), *self.age_offsets.values()]
        for theme in self.themes:
            numbers += [theme.bias, *theme.fires_at, theme.silences_below]
        return [
            (not 1 <= self.theme_bits <= self.concern_bits <= MOST_BITS, f"must have 1 ≤ theme_bits ≤ concern_bits ≤ {MOST_BITS}"),
            (not names or len(set(names)) < len(names) or not set(names) <= set(THEMES), "must name each of its themes once"),
            (self.window < 4 or self.window % 2 == 1 or self.window > 1000, "must have an even window from 4 to 1000"),
            (self.least_tokens < 1 or min(self.lines_before, self.before_adds) < 0, "has a count that is too small"),
            (any(n != int(n) or not ALWAYS <= n <= NEVER for n in numbers), "has a number that is not of 32 bits"),
            (any(not t.silences_below <= t.fires_at[0] <= t.fires_at[1] for t in self.themes), "must have silences_below ≤ both of fires_at, in order"),
            (not {*self.most_tokens, *self.source_offsets} <= set(SOURCES) or not set(self.age_offsets) <= set(AGE_BANDS), "names an unknown source or age band"),
            (any(not 0 <= n * max(1, count) * GREATEST < 2**31 for count, n in enumerate(self.by_count)), "has a by_count that overflows"),
        ]


@dataclass(frozen=True, slots=True)
class Model:
    """A header and its weights, `array("b")`: one a bucket for concern, a row of one a theme a bucket for the themes."""

    header: Header
    concern: "array[int]"
    themes: "array[int]"

    def __post_init__(self) -> None:
        sizes = 1 << self.header.concern_bits, len(self.header.themes) << self.header.theme_bits
        if (len(self.concern), len(self.themes)) != sizes:
            raise ModelError(f"the model '{self.header.name}' has {len(self.concern)} and {len(self.themes)} weights; its header says {sizes[0]} and {sizes[1]}")

    def buckets(self, features: Collection[int]) -> set[int]:
        """The concern's buckets of a window's features."""
        mask = len(self.concern) - 1
        return {value & mask for value in features}

    def concern_of(self, buckets: Collection[int]) -> int:
        """The logit of concern: bias and the weights of the buckets, each once."""
        return self.header.bias + self._shrunk(sum(map(self.concern.__getitem__, buckets)), len(buckets))

    def theme_logits(self, buckets: Collection[int]) -> list[int]:
        """A logit a theme, in the header's order, from the concern's buckets."""
        heads = self.header.themes
        mask, width = (1 << self.header.theme_bits) - 1, len(heads)
        rows = [self.themes[place * width : (place + 1) * width] for place in {bucket & mask for bucket in buckets}]
        sums = [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * width
        return [head.bias + self._shrunk(value, len(buckets)) for head, value in zip(heads, sums, strict=True)]

    def _shrunk(self, value: int, count: int) -> int:
        by_count = self.header.by_count
        return value * by_count[min(count, len(by_count) - 1)] >> COUNT_SHIFT if by_count else value

    def to_bytes(self) -> bytes:
        """The file."""
        header = json.dumps(asdict(self.header), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return b"".join((MAGIC, bytes([FORMAT]), len(header).to_bytes(4, "little"), header, self.concern.tobytes(), self.themes.tobytes()))

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Model":
        """Read a file. Raises ModelError for anything that is not one."""
        if raw[:4] != MAGIC:
            raise ModelError("not a model: it does not begin as one")
        if raw[4:5] != bytes([FORMAT]):
            raise ModelError(f"the model has format {raw[4] if len(raw) > 4 else None}; this version reads {FORMAT}")
        end = 9 + int.from_bytes(raw[5:9], "little")
        try:
            header = _header(json.loads(raw[9:end]))
        except (ValueError, LookupError, TypeError) as error:
            raise error if isinstance(error, ModelError) else ModelError(f"not a model: {type(error).__name__} in its header") from error
        middle = end + (1 << header.concern_bits)
        return cls(header, array("b", raw[end:middle]), array("b", raw[middle:]))

    def to_content(self) -> dict[str, Any]:
        """What a bundle carries of it: each weight one sign, 0, -1, 1, -2, … from "0" on, which gzips to fewer bytes than base64."""
        header: dict[str, Any] = json.loads(json.dumps(asdict(self.header)))
        return {"header": header, "concern": _as_text(self.concern), "themes": _as_text(self.themes)}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "Model":
        """Read what a bundle carries. Raises ModelError, LookupError or TypeError for anything else."""
        return cls(_header(content["header"]), _from_text(content["concern"]), _from_text(content["themes"]))


def pack(header: Header, concern: Sequence[float], themes: Sequence[Sequence[float]], *, bias: float = 0.0, theme_biases: Sequence[float] = ()) -> Model:
    """A model from a trainer's numbers, each table scaled by its own maximum (clipping costs more than it gains).

    `concern` has a weight a bucket; `themes` a row a bucket, a weight a theme. The header's biases and units are set
    here; its thresholds are left as they are: choose them by the logits of the packed model, then `replace` the header.
    """
    flat = [float(weight) for row in themes for weight in row]
    (concern_weights, concern_scale), (theme_weights, theme_scale) = _quantised(concern), _quantised(flat)
    biases = [round(theme_scale * float(value)) for value in theme_biases] or [0] * len(header.themes)
    values = asdict(header) | {
        "bias": round(concern_scale * float(bias)),
        "themes": [asdict(head) | {"bias": value} for head, value in zip(header.themes, biases, strict=True)],
        "units": [round(1000 * concern_scale), round(1000 * theme_scale)],
    }
    return Model(_header(values), concern_weights, theme_weights)


def root_by_count(reference: int = 64, most: int = 1024) -> tuple[int, ...]:
    """A `by_count` that divides by the root of the count: features of length one, as trainers make them, times √reference."""
    return (0, *(round((reference / count) ** 0.5 * (1 << COUNT_SHIFT)) for count in range(1, most + 1)))


def _quantised(weights: Sequence[float]) -> tuple["array[int]", float]:
    numbers = [float(weight) for weight in weights]
    greatest = max(map(abs, numbers), default=0.0)
    scale = GREATEST / greatest if greatest else 1.0
    return array("b", [round(scale * number) for number in numbers]), scale


def _header(values: Mapping[str, Any]) -> Header:
    """Raises ModelError, LookupError, ValueError or TypeError. What it does not know is passed over."""
    known = {name: values[name] for name in Header.__dataclass_fields__ if name in values}
    known["themes"] = tuple(
        ThemeHead(head["name"], head["bias"], (head["fires_at"][0], head["fires_at"][1]), head["silences_below"]) for head in values["themes"]
    )
    return Header(**known | {name: tuple(known[name]) for name in ("by_count", "units") if name in known})


def _as_text(weights: "array[int]") -> str:
    return "".join(chr(_FIRST_SIGN + ((weight << 1) ^ (weight >> 7))) for weight in weights)


def _from_text(text: str) -> "array[int]":
    places = [ord(sign) - _FIRST_SIGN for sign in text]
    if not all(0 <= place <= 0xFF for place in places):
        raise ModelError("the bundle's model has a weight that is not of 8 bits")
    return array("b", [(place >> 1) ^ -(place & 1) for place in places])
