"""The systemd unit, the install script and the container file, as far as they can be judged without a machine of their own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy" / "systemd" / "heedful.service"
CONTAINER = ROOT / "deploy" / "container" / "Containerfile"
MOST_EXPOSURE = 20  # tenths: systemd's own scale goes from 0 (nothing may be done) to 100


def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "heedful.service"
    unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_leaves_the_service_little_that_it_could_do_to_the_machine() -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", "--no-pager", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_shell_scripts_are_sound_shell() -> None:
    for script in (ROOT / "deploy" / "debian" / "install.sh", ROOT / "deploy" / "debian" / "heedful"):
        assert script.stat().st_mode & 0o111
        subprocess.run(["sh", "-n", str(script)], check=True)


def test_the_container_runs_as_nobody_special_and_copies_only_what_a_build_makes() -> None:
    lines = CONTAINER.read_text("utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["heedful"]
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert copied == ["requirements.lock", "dist/heedful-*.whl"]
    assert not [line for line in lines if re.match(r"(ENV|ARG).*(KEY|SECRET|PASSWORD|TOKEN)", line)]


def test_the_example_settings_are_settings() -> None:
    from heedful.settings_table import read_settings

    lines = (ROOT / "deploy" / "debian" / "heedful.env").read_text("utf-8").splitlines()
    given = dict(line.lstrip("#").split("=", 1) for line in lines if re.match(r"#?HEEDFUL_", line))
    assert read_settings(given).text("HEEDFUL_DEVICE_LISTEN") == "127.0.0.1:8001"
