"""`heedful doctor`: what it looks at, and that each finding that is wrong says what to do."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import LazySettings

from heedful.assurance.actions import record_backup
from heedful.checks import doors, examine, machine, product
from heedful.devices.models import Profile
from heedful.escalation.models import Clock
from heedful.escalation.tasks import worker_file
from tests.harness.westbrook import NOW, Westbrook

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_dir(settings: LazySettings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_every_check_gives_a_finding_in_words(data_dir: Path, settings: LazySettings) -> None:
    findings = examine(offline=True)
    assert [found.what for found in findings] == [
        "key files", "database", "disk", "clock", "worker", "phrase library", "detection layers", "extension", "audit chain", "backup", "safeguarding leads", "addresses",
    ]  # fmt: skip
    assert all(found.text for found in findings)


def test_a_key_file_that_others_can_read_is_named(settings: LazySettings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path
    tmp_path.chmod(0o700)
    key = tmp_path / "installation.key"
    key.write_text("secret")
    key.chmod(0o640)
    assert "installation.key; run: chmod 600" in machine.keys().text
    key.chmod(0o600)
    assert machine.keys().verdict == "well"


def test_a_server_whose_clock_is_far_from_most_devices_is_told(westbrook: Westbrook) -> None:
    def devices_with(skew_s: int, count: int) -> None:
        Profile.objects.bulk_create(
            Profile(school=westbrook.school, public_key=bytes(32), enrolled_at=NOW, last_seen_at=NOW, clock_skew_s=skew_s) for _ in range(count)
        )

    devices_with(-3600, 2)  # two with a flat battery say nothing of the server
    assert "minutes" not in machine.clock(now=NOW).text
    devices_with(400, 5)
    found = machine.clock(now=NOW)
    assert (found.verdict, found.text[:40]) == ("wrong", "this machine is 7 minutes behind most de")


def test_a_worker_that_is_silent_is_told_and_so_is_a_notice_that_waits(data_dir: Path, westbrook: Westbrook) -> None:
    from django.utils import timezone

    now = timezone.now()
    assert machine.worker(now=now).verdict == "advice"
    worker_file().touch()
    assert machine.worker(now=now).verdict == "well"
    hour_ago = now.timestamp() - 3600
    os.utime(worker_file(), (hour_ago, hour_ago))
    assert "silent for 60 minutes" in machine.worker(now=now).text
    worker_file().touch()
    waits = now - timedelta(minutes=10)
    Clock.objects.create(
        school=westbrook.school, subject_kind="capture", subject_id=1, number=1, severity=5, url_name="capture",
        started_at=waits, due_at=now, notify_at=waits,
    )  # fmt: skip
    assert "a notice has waited since" in machine.worker(now=now).text


def test_an_installation_without_a_school_is_told_to_make_one(db: None) -> None:
    assert product.leads().text == "no school yet; make one: heedful school make NAME"


def test_a_backup_that_is_missing_failed_or_old_is_wrong(db: None) -> None:
    assert "none was made yet" in product.backup(now=NOW).text
    record_backup(now=NOW - timedelta(days=3), captures=12)
    record_backup(now=NOW - timedelta(hours=1), fault="OSError")
    assert (product.backup(now=NOW).verdict, "3 days old" in product.backup(now=NOW).text) == ("wrong", True)
    record_backup(now=NOW - timedelta(hours=9), captures=14)
    assert product.backup(now=NOW).text.startswith("14 captures, 9 hours ago")


Answers = Callable[[str], tuple[int, dict[str, str]]]


@pytest.fixture
def door_at() -> Iterator[Callable[[Answers], str]]:
    """Starts a small web server that answers as told, and gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(answers: Answers) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers = answers(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_door_that_answers_for_the_other_is_wrong(door_at: Callable[[Answers], str], settings: LazySettings) -> None:
    settings.PUBLIC_URL = door_at(lambda path: (200 if path == doors.CONSOLE_PATH else 404, {}))
    settings.DEVICE_URL = door_at(lambda path: (200, {}))
    assert doors.console().verdict == "well"
    found = doors.devices()
    assert (found.verdict, "/accounts/login/ too" in found.text) == ("wrong", True)


def test_a_door_that_does_not_answer_says_what_to_look_at(door_at: Callable[[Answers], str], settings: LazySettings) -> None:
    settings.PUBLIC_URL = settings.DEVICE_URL = door_at(lambda path: (502, {}))
    assert "answers 502; does the proxy pass /accounts/login/ on to the right listener?" in doors.console().text
    settings.DEVICE_URL = "http://127.0.0.1:9"
    assert "is Heedful running, and is the port open?" in doors.devices().text
