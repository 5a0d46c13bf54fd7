"""Locked lists: hashed, always found, always sent."""

import hashlib
from pathlib import Path

import pytest

from heedful.detection.engine import assess
from heedful.detection.lists import ListError, LockedLists, canonical_address, phrase_digest, read_lists
from heedful.detection.tests import small
from heedful.detection.values import THEMES, Assessment, Observation


def _list(folder: Path, kind: str, *entries: str, theme: str = "extremism") -> LockedLists:
    hashes = [phrase_digest(e.split()).hex() if kind == "phrase" else hashlib.sha256(e.encode()).hexdigest() for e in entries]
    path = folder / "listed.txt"
    path.write_text("\n".join([f"# kind: {kind}", f"# theme: {theme}", "# name: council list", "", *hashes]))
    return read_lists([path])


def _assess(text: str, locked: LockedLists, url: str = "") -> Assessment:
    return assess(Observation(text, url=url), bundle=small.bundle(), locked=locked)


def test_a_listed_phrase_is_found_folded_with_its_span(tmp_path: Path) -> None:
    found = _assess("see the Purple, Lantern manual", _list(tmp_path, "phrase", "purple lantern manual"))
    (finding,) = found.findings
    assert (finding.theme, finding.rule, finding.start, finding.end) == ("extremism", "locked.council list", 8, 30)
    assert (found.severity, finding.locked) == (5, True)


def test_what_is_locked_leaves_the_device_whatever_the_policy(tmp_path: Path) -> None:
    assert _assess("purple lantern", _list(tmp_path, "phrase", "purple lantern")).leaves_device(capture_from=6)


@pytest.mark.parametrize("address", ["http://bad.example/page", "https://www.BAD.example:443/page/#top", "bad.example/page?x=1"])
def test_a_listed_page_is_found_in_a_text(tmp_path: Path, address: str) -> None:
    assert _assess(f"look at {address} now", _list(tmp_path, "url", "bad.example/page")).severity == 5


def test_a_listed_host_is_found_in_the_address(tmp_path: Path) -> None:
    found = _assess("a title", _list(tmp_path, "url", "bad.example"), url="https://bad.example/any/page?q=1")
    assert [(f.start, f.end) for f in found.findings] == [(0, 7)]


def test_another_page_of_the_host_is_not_found(tmp_path: Path) -> None:
    assert _assess("https://bad.example/other", _list(tmp_path, "url", "bad.example/page")).findings == ()


def test_faults_are_told_without_the_entry(tmp_path: Path) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text("# kind: phrases\nplain words\n")
    with pytest.raises(ListError) as caught:
        read_lists([path])
    assert caught.value.faults == [
        "wrong.txt, line 2: not a SHA-256 in lower-case hex",
        "wrong.txt: the header '# kind: …' is 'phrases'; one of phrase, url",
        f"wrong.txt: the header '# theme: …' is None; one of {', '.join(THEMES)}",
    ]


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("https://user:word@WWW.Example.org:8080/A/b/?q=1#x", "example.org/A/b?q=1"),
        ("example.org", "example.org"),
        ("http://", None),
    ],
)
def test_canonical_addresses(address: str, canonical: str | None) -> None:
    assert canonical_address(address) == canonical
