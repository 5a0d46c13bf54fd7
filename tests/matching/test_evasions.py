"""What is serious is found however it is disguised; what is harmless stays so; and no disguise makes the matchers slow."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heedful.detection.engine import assess
from heedful.detection.shipped import compile_folder, load_shipped_bundle
from heedful.detection.values import Observation
from tests.matching.evasion_table import (
    FOUND,
    SEED,
    alarmed,
    alarmed_across,
    harmless_lines,
    missed,
    missed_across,
    neighbours,
    serious_lines,
    severity_of,
    split_across,
)
from training.evasions import WAYS

ROOT = Path(__file__).parents[2]
# The share found by way, over every hit of a serious phrase. What is missed: backwards or with one slip, many words are other
# real words (was, saw), which are never taken for a slip; an emoji that laughs at the line's end lowers by the library's own rules.
LEAST = {
    "leet": 0.93, "homoglyphs": 0.99, "zero-width": 0.99, "stretched": 0.95, "spaced": 0.97, "dotted": 0.98,
    "emoji": 0.96, "reversed": 0.91, "misspelt": 0.90,
}  # fmt: skip
LEAST_ACROSS = 0.95  # cut in two at a word; missed is what must stand alone, and what lies wholly before and whose need only the text meets
MOST_ALARMED = 0.005  # of harmless lines, by way
SURE_WAYS = ("homoglyphs", "zero-width", "dotted")
NAMES = (
    "Scunthorpe", "Penistone", "Nevaeh", "Eid Mubarak", "Dick Whittington", "Middlesex", "Cockermouth", "Assad", "Shitterton", "Essex", "Lightwater",
    "Hancock", "Dickens", "Sexton", "Killarney", "Kilburn", "Dyer", "Butt", "Gunn", "Stabler", "Webb", "Semaj", "Leigh", "Mackillop", "Die Hard",
)  # fmt: skip
HOSTILE = {
    "digits as letters": "1l|!1l|! k1ll 5u1 ", "letters alone": "k i l l m y s e ", "emoji": "💀 kill 😂 my 🔥 ", "a run of emoji": "💀",
    "one long word": "killmyself", "stretched": "kiiiillll", "dots": "k.i.l.l.", "masks": "k*l* *i*l ", "backwards": "llik flesym eid ", "slips": "kll mysef siucide ",
}  # fmt: skip
LONG, SHORT = 100_000, 12_500
LEAST_SECONDS = 0.02  # below it a measured time says nothing


@pytest.mark.parametrize("way", WAYS)
def test_serious_phrases_are_found_in_every_way(way: str) -> None:
    count, lost = missed(WAYS[way], serious_lines(), load_shipped_bundle())
    assert count > 300
    assert 1 - len(lost) / count >= LEAST[way]


@pytest.mark.parametrize("way", WAYS)
def test_harmless_lines_stay_harmless_in_every_way(way: str) -> None:
    lines = [*harmless_lines(), *NAMES]
    count, false = alarmed(WAYS[way], lines, load_shipped_bundle())
    assert len(false) <= MOST_ALARMED * count, false


def test_serious_phrases_are_found_split_across_inputs() -> None:
    count, lost = missed_across(serious_lines(), load_shipped_bundle())
    assert count > 300
    assert 1 - len(lost) / count >= LEAST_ACROSS


@pytest.mark.parametrize("pairs", [split_across, neighbours])
def test_harmless_lines_stay_harmless_split_across_inputs_and_beside_others(pairs: Callable[[list[str]], Iterator[tuple[str, str]]]) -> None:
    lines = Random(SEED).sample(harmless_lines(), 1500)
    count, false = alarmed_across(pairs([*lines, *NAMES]), load_shipped_bundle())
    assert len(false) <= MOST_ALARMED * count, false


@pytest.mark.parametrize("line", ["i want to 😂 die", "i 💀 want to kill 😂 myself tonight", "im going to 🔪 kill 🔪 him", "i want 💀 to die so much"])
def test_emoji_strewn_between_words_are_no_laughter(line: str) -> None:
    assert severity_of(line, load_shipped_bundle()) >= FOUND


@pytest.mark.parametrize("line", ["im gonna kill you 😂", "im gonna kill you 😂😂 see you at four", "😂 im gonna kill you", "im gonna kill you 😂 lol"])
def test_an_emoji_that_ends_or_begins_a_line_or_is_doubled_laughs(line: str) -> None:
    assert severity_of(line, load_shipped_bundle()) < severity_of("im gonna kill you", load_shipped_bundle())


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_mix_of_sure_ways_hides_nothing(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from([line for line in serious_lines() if line.replace(" ", "").isalpha()]))
    first, second = data.draw(st.sampled_from(SURE_WAYS)), data.draw(st.sampled_from(("homoglyphs", "zero-width")))
    chance = Random(data.draw(st.integers(0, 2**32)))
    disguised = WAYS[second](WAYS[first](line, chance), chance)
    assert severity_of(disguised, load_shipped_bundle()) >= FOUND, disguised


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_name_is_never_serious_in_one_or_two_ways(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    chance = Random(data.draw(st.integers(0, 2**32)))
    for way in data.draw(st.lists(st.sampled_from(sorted(WAYS)), min_size=1, max_size=2, unique=True)):
        name = WAYS[way](name, chance)
    assert severity_of(f"we met {name} on monday", load_shipped_bundle()) < FOUND


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_disguise_makes_the_server_slower_than_linear(kind: str) -> None:
    bundle = load_shipped_bundle()
    unit = HOSTILE[kind]
    assess(Observation(unit * 50), bundle=bundle)
    short, long = (_seconds(lambda n=length: assess(Observation((unit * n)[:n]), bundle=bundle)) for length in (SHORT, LONG))
    assert long < 3 * (LONG / SHORT) * max(short, LEAST_SECONDS)


def test_no_disguise_makes_the_device_slower_than_linear(tmp_path: Path) -> None:
    (tmp_path / "bundle.gz").write_bytes(compile_folder(ROOT / "contracts" / "matching" / "library"))
    entry = ROOT / "extension" / "test" / "engine" / "hostile.ts"
    esbuild = ROOT / "extension" / "node_modules" / ".bin" / "esbuild"
    built = tmp_path / "hostile.mjs"
    subprocess.run([esbuild, entry, "--bundle", "--platform=node", "--format=esm", "--target=node20", "--log-level=warning", f"--outfile={built}"], check=True)
    done = subprocess.run(["node", built, tmp_path / "bundle.gz", str(SHORT), str(LONG), *HOSTILE.values()], capture_output=True, text=True, check=True)
    for kind, line in zip(HOSTILE, done.stdout.splitlines(), strict=True):
        short, long = (float(ms) / 1000 for ms in line.split())
        assert long < 3 * (LONG / SHORT) * max(short, LEAST_SECONDS), kind


def _seconds(work: object) -> float:
    assert callable(work)
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)
