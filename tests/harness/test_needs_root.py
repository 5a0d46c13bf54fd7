"""A test that needs root never vanishes: it is counted, named, and fails the run under CI."""

import os

import pytest

SAMPLE = """
import pytest

@pytest.mark.needs_root
def test_mounts():
    assert True

def test_plain():
    assert True
"""


@pytest.mark.parametrize(("user", "ci", "status"), [(0, "true", 0), (1000, "", 0), (1000, "true", 1)])
def test_without_root_a_test_is_left_out_by_name(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, user: int, ci: str, status: int
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setenv("CI", ci)
    pytester.makeini("[pytest]\nmarkers = needs_root: sample")
    pytester.makepyfile(SAMPLE)
    done = pytester.runpytest_inprocess("-p", "tests.harness.needs_root", "-p", "no:django")
    assert done.ret == status
    done.assert_outcomes(passed=2 if user == 0 else 1, deselected=0 if user == 0 else 1)
    if user != 0:
        done.stdout.fnmatch_lines(["*not run: needs root*", "*::test_mounts", "1 tests need root and did not run"])
