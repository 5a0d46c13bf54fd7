"""Policies are in a backup with their files, come back whole, also from one made before their key was changed; a file that is lost is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.keeping.installation import Installation

Places = Callable[[str], Installation]


def test_a_policy_comes_back_with_its_file_and_its_links_after_its_key_was_changed(place: Places, tmp_path: Path) -> None:
    here, there = place("sqlite"), place("sqlite")
    here.does("fill", captures=2)
    recovery = here.makes_recovery_key(tmp_path / "recovery")
    kept = here.does("add_policy")
    here.heedful("keys", "rotate-school", "1")
    assert here.does("policies") == kept
    archive = here.backs_up(tmp_path / "backups")
    there.restores(archive, recovery)
    assert there.does("policies") == kept
    assert [title for title, _, theme in kept["Behaviour policy"][3] if theme == "bullying"] == ["Bullying"]


def test_a_policys_file_that_is_lost_is_named_by_the_backup_and_by_the_restore(place: Places, tmp_path: Path) -> None:
    here, there = place("sqlite"), place("sqlite")
    here.does("fill", captures=2)
    recovery = here.makes_recovery_key(tmp_path / "recovery")
    pictures = set(here.data_dir.glob("blobs/*/*.sealed"))
    here.does("add_policy")
    [lost] = set(here.data_dir.glob("blobs/*/*.sealed")) - pictures
    lost.unlink()
    done = here.try_("backup", str(tmp_path / "backups"))
    assert (done.returncode, "1 sealed files that captures and policies name are missing" in done.stderr) == (1, True)
    said = there.restores(Path(done.stdout.splitlines()[0]), recovery)
    assert "the backup did not have the files of: policy version 1" in said
