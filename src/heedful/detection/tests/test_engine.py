"""The one call: what it promises whatever the text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from heedful.detection.engine import assess
from heedful.detection.tests import small
from heedful.detection.values import AGE_BANDS, SOURCES, Assessment, Observation

_seeds = ["i want to kill myself", "kms lol", "my friend wanted to die", "stab you tonight", "meet me alone", "our secret", "homework", "k1ll", "essay", "🔪"]
_texts = st.lists(st.sampled_from(_seeds) | st.text(st.characters(), max_size=10), max_size=6).map(" ".join)


def _assess(text: str, *, age_band: str = "unknown", source: str = "typed", before: tuple[str, ...] = ()) -> Assessment:
    return assess(Observation(text, source, before), age_band=age_band, bundle=small.bundle())  # type: ignore[arg-type]


@given(_texts, st.sampled_from(SOURCES), st.sampled_from(AGE_BANDS))
@settings(deadline=None)
def test_findings_are_sound(text: str, source: str, age_band: str) -> None:
    found = _assess(text, source=source, age_band=age_band)
    assert found == _assess(text, source=source, age_band=age_band)
    assert found.severity == max((f.severity for f in found.findings), default=0)
    assert set(found.themes) == {f.theme for f in found.findings}
    assert all(0 < score <= 1000 for score in found.themes.values())
    assert [f.severity for f in found.findings] == sorted((f.severity for f in found.findings), reverse=True)
    for finding in found.findings:
        assert 0 <= finding.start < finding.end <= len(text)
        assert 1 <= finding.severity <= 5


@given(_texts)
@settings(deadline=None)
def test_unknown_age_takes_the_strictest(text: str) -> None:
    assert _assess(text).severity == max(_assess(text, age_band=band).severity for band in AGE_BANDS)


@given(_texts, st.lists(_texts, max_size=3).map(tuple))
@settings(deadline=None)
def test_earlier_lines_never_lower(text: str, before: tuple[str, ...]) -> None:
    assert _assess(text, before=before).severity >= _assess(text).severity


def test_earlier_lines_meet_a_need() -> None:
    assert _assess("meet me alone").severity == 0
    assert _assess("meet me alone", before=("its our little secret",)).severity == 4


def test_earlier_laughter_does_not_lower_but_an_earlier_goodbye_keeps_it_high() -> None:
    assert _assess("kms", before=("lol",)).severity == 5
    assert _assess("kms lol", age_band="ks4").severity == 3
    assert _assess("kms lol", age_band="ks4", before=("goodbye everyone",)).severity == 5


def test_why_tells_what_moved_it_and_never_quotes() -> None:
    (finding,) = _assess("i w4nt k1ll myself lol tonight", age_band="ks2").findings
    assert finding.why == (
        "Says that they want to end their life. Starts at severity 5; a word in it was disguised or misspelt; "
        "lowered to 3: sounds like a figure of speech; raised to 4: speaks of a plan or a goodbye; raised to 5: the pupil is 7 to 11."
    )


def test_what_leaves_the_device_follows_the_policy() -> None:
    loser, threat = _assess("you loser"), _assess("stab you")
    assert (loser.severity, loser.leaves_device(), loser.leaves_device(1)) == (1, False, True)
    assert (threat.leaves_device(), threat.leaves_device(5)) == (True, False)
    assert not _assess("hello").leaves_device(0)
