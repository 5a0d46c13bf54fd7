"""The watched folder: complete files alone, each once, put away closed to others, and a person asked when too much would change."""

from __future__ import annotations

import os
import stat
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from heedful.people.actions import create_school
from heedful.people.models import Pupil, RollImport, School
from heedful.people.roll import folder
from heedful.people.roll.folder import FolderRefused, files_at, run_folder
from heedful.people.roll.rules import ImportState
from heedful.people.tasks import run_roll

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
NIGHT = timezone.now() + timedelta(minutes=10)
HEADER = "source_id,given_name,family_name\n"


@pytest.fixture
def school() -> School:
    return create_school(name="Larkfield Academy", now=NIGHT)


@pytest.fixture
def watched(tmp_path: Path, settings: object) -> Path:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    (tmp_path / "data").mkdir()
    root = tmp_path / "watched"
    root.mkdir()
    return root


def put(place: Path, pupils: range, name: str = "pupils.csv") -> Path:
    place.mkdir(exist_ok=True)
    path = place / name
    path.write_text(HEADER + "".join(f"{n},Nia,Merrick\n" for n in pupils))
    path.chmod(0o644)
    return path


def test_a_roll_is_taken_applied_and_put_away_closed(school: School, watched: Path) -> None:
    put(watched / str(school.pk), range(10))
    assert run_folder(watched, now=NIGHT) == 1
    assert Pupil.objects.count() == 10
    (kept,) = watched.glob(f"{school.pk}/done/*/pupils.csv")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == stat.S_IMODE(kept.parent.parent.stat().st_mode) == 0o700
    assert not (watched / str(school.pk) / "pupils.csv").exists()
    assert run_folder(watched, now=NIGHT) == 0
    assert RollImport.objects.get().state == ImportState.APPLIED


def test_one_school_alone_needs_no_folder_of_its_number(school: School, watched: Path) -> None:
    put(watched, range(2))
    assert run_folder(watched, now=NIGHT) == 1
    create_school(name="Marsh End School", now=NIGHT)
    put(watched, range(2))
    assert run_folder(watched, now=NIGHT) == 0


def test_a_file_that_is_still_written_waits_unless_it_is_said_to_be_done(school: School, watched: Path) -> None:
    path = put(watched, range(2))
    os.utime(path, (0, 0))  # a copying program sets the original's time
    assert run_folder(watched, now=timezone.now()) == 0
    path.with_name("pupils.csv.done").touch()
    assert run_folder(watched, now=timezone.now()) == 1
    assert [each.name for each in watched.iterdir()] == ["done"]


def test_a_mark_on_the_folder_says_that_all_of_it_is_there(school: School, watched: Path) -> None:
    put(watched, range(2))
    (watched / ".done").touch()
    assert run_folder(watched, now=timezone.now()) == 1
    assert not (watched / ".done").exists()


def test_too_much_at_once_waits_for_a_person_and_a_later_night_takes_its_place(school: School, watched: Path) -> None:
    put(watched, range(10))
    run_folder(watched, now=NIGHT)
    for _ in range(2):
        put(watched, range(5))
        run_folder(watched, now=NIGHT)
    assert Pupil.objects.filter(left_on=None).count() == 10
    assert list(RollImport.objects.order_by("id").values_list("state", flat=True)) == [
        ImportState.APPLIED, ImportState.EXPIRED, ImportState.WAITING,
    ]  # fmt: skip


def test_what_can_not_be_read_goes_to_failed(school: School, watched: Path) -> None:
    put(watched, range(0), name="roll.zip")
    assert run_folder(watched, now=NIGHT) == 1
    assert [path.name for path in watched.glob("failed/*/*")] == ["roll.zip"]
    assert RollImport.objects.get().state == ImportState.FAILED


def test_a_link_is_not_followed(school: School, watched: Path, tmp_path: Path) -> None:
    secret = put(tmp_path / "elsewhere", range(3))
    (watched / "pupils.csv").symlink_to(secret)
    run_folder(watched, now=NIGHT)
    found = RollImport.objects.get()
    assert (found.state, Pupil.objects.count()) == (ImportState.FAILED, 0)
    assert found.problems[0][3].startswith("the files can't be read")
    with pytest.raises(FolderRefused):
        files_at(tmp_path / "elsewhere" / "nothing.csv")


def test_another_worker_leaves_the_folder_alone(school: School, watched: Path) -> None:
    put(watched, range(2))
    with folder._mine_alone(watched) as is_mine:
        assert is_mine
        assert run_folder(watched, now=NIGHT) == 0
    assert run_folder(watched, now=NIGHT) == 1


def test_what_a_dead_worker_left_is_taken_again_and_changes_nothing(school: School, watched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(watched, range(2))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folder, "_put_away", die)
        with pytest.raises(KeyboardInterrupt):
            run_folder(watched, now=NIGHT)
    assert run_folder(watched, now=NIGHT) == 1
    assert list(RollImport.objects.order_by("id").values_list("state", flat=True)) == [ImportState.APPLIED, ImportState.NOTHING]


def test_old_rolls_are_deleted(school: School, watched: Path) -> None:
    put(watched, range(2))
    run_folder(watched, now=NIGHT)
    run_folder(watched, now=NIGHT + timedelta(days=31))
    assert list(watched.glob("done/*")) == []


def test_the_folder_is_looked_at_in_its_hour(school: School, watched: Path, settings: object) -> None:
    settings.ROLL_DIR, settings.ROLL_HOUR = watched, 2  # type: ignore[attr-defined]
    put(watched, range(2))
    day = (timezone.localtime() + timedelta(days=1)).date()
    assert run_roll(now=datetime(day.year, day.month, day.day, 1, 55, tzinfo=LONDON)) == 0
    assert run_roll(now=datetime(day.year, day.month, day.day, 2, 0, tzinfo=LONDON)) == 1


def test_no_folder_is_no_fault(school: School, settings: object) -> None:
    settings.ROLL_DIR = None  # type: ignore[attr-defined]
    assert run_roll(now=NIGHT) == 0
