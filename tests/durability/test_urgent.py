"""A line that can't wait: the lead has a mail without content within 15 seconds, though the background worker dies."""

from __future__ import annotations

import email
import time
from email.message import Message

from heedful.demo.device import SimulatedDevice
from tests.durability.fleet import spool
from tests.durability.server import Server, kill, wait_until

WITHIN_S = 15.0


def mails(server: Server) -> list[Message]:
    folder = server.data_dir / "outbox"
    parts = (
        [part for path in sorted(folder.glob("*.log")) for part in path.read_text("utf-8").split("-" * 79) if part.strip()]
        if folder.exists()
        else []
    )
    return [email.message_from_string(part.lstrip()) for part in parts]


def test_an_urgent_capture_is_told_in_time_and_once_even_when_the_worker_is_killed(
    server: Server, phrases: dict[int, tuple[str, str]]
) -> None:
    device = SimulatedDevice(server.url)
    device.enrol(server.make_school())

    spool(device, phrases[5], count=1)
    device.drain()
    stored_at = time.monotonic()
    wait_until("the lead has a mail", lambda: len(mails(server)) == 1, within_s=WITHIN_S)
    assert time.monotonic() - stored_at < WITHIN_S
    [first] = mails(server)
    assert first["To"] == "lead@larkfield.example"
    assert first["Subject"].endswith("severity 5 (urgent), capture 1")

    # Dead between storing and sending: the tree starts another, which finds what its queue or its rows hold.
    [worker] = server.background_workers()
    kill(worker)
    spool(device, phrases[5], count=1)
    device.drain()
    stored_at = time.monotonic()
    wait_until("the lead has the second mail", lambda: len(mails(server)) >= 2, within_s=WITHIN_S)
    assert time.monotonic() - stored_at < WITHIN_S
    assert worker not in server.background_workers()

    # Dead with all the rest: the row is what remembers.
    spool(device, phrases[5], count=1)
    kill(server.background_workers()[0])
    device.drain()
    server.kill_tree()
    (server.data_dir / "queue.sqlite3").unlink()
    server.start()
    wait_until("the lead has the third mail", lambda: len(mails(server)) >= 3, within_s=WITHIN_S)

    told = [mail["Message-ID"] for mail in mails(server)]
    assert len(told) == len(set(told)) == 3
    words = phrases[5][0].split()
    for mail in mails(server):
        content = mail.as_string().lower()
        assert phrases[5][0].lower() not in content
        assert "suicide" not in content or "suicide" in words
    assert phrases[5][0].lower() not in server.log().lower()
