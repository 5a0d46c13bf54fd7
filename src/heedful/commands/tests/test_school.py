"""The school command: seeding and editing what has no page yet."""

from __future__ import annotations

import argparse

import pytest

from heedful.captures.queries.queue import all_captures_without_content
from heedful.commands import school as command
from heedful.people.models import Account, Pupil, School
from heedful.people.rules import RoleName, Stage


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words))


@pytest.fixture(autouse=True)
def ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own database is ready; the command would migrate it again."""
    monkeypatch.setattr("heedful.commands._installation.make_ready", lambda: None)


def test_roles_are_those_of_the_rules() -> None:
    assert set(command.ROLES) == {str(role) for role in RoleName}


def test_a_new_school_monitors_nobody_and_no_command_goes_round_the_gates_of_its_stage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("make", "Fernhill School") == 0
    school = School.objects.get()
    assert school.stage == Stage.SET_UP
    assert run("change", str(school.pk), "stage", "live", "--reason", "agreed") == 1
    assert "programme's page" in capsys.readouterr().err
    school.refresh_from_db()
    assert school.stage == Stage.SET_UP
    assert run("change", str(school.pk), "capture_from", "3", "--reason", "agreed") == 0
    school.refresh_from_db()
    assert school.capture_from == 3


def test_a_pupil_and_the_account_come_together_or_not_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    run("make", "Fernhill School")
    number = str(School.objects.get().pk)
    assert run("pupil", number, "Sam", "Penrose", "--year", "8", "--account", "Sam.Penrose@fernhill.example", "--group", "Year 8") == 0
    assert run("pupil", number, "Ada", "Penrose", "--year", "9", "--account", "sam.penrose@fernhill.example") == 1
    assert Pupil.objects.count() == 1
    assert Account.objects.get().address == "sam.penrose@fernhill.example"
    assert "on the roll of this school already" in capsys.readouterr().err


def test_a_wrong_value_says_what_it_takes_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run("make", "Fernhill School")
    number = str(School.objects.get().pk)
    assert run("change", number, "capture_from", "often", "--reason", "agreed") == 1
    assert "from 1 to 5" in capsys.readouterr().err
    assert School.objects.get().capture_from == 2
    assert run("change", "999", "capture_from", "3", "--reason", "agreed") == 1


def test_a_new_school_has_no_captures() -> None:
    run("make", "Fernhill School")
    assert list(all_captures_without_content()) == []


def test_a_token_without_bounds_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    run("make", "Fernhill School")
    assert run("token", str(School.objects.get().pk), "--uses", "-1") == 1
    assert "a token has at most" in capsys.readouterr().err
