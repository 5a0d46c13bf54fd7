"""The log: one event a line on standard error, as JSON, and quiet about refusals made on purpose."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from heedful.logs import configure
configure({"demo": %s})
log = structlog.get_logger()
log.debug("not.shown", number=1)
log.warning("notice.failed", notice=7, fault="OSError")
logging.getLogger("django.request").warning("Not Found: /captures/7/")
logging.getLogger("heedful").info("not shown")
logging.getLogger("django.request").error("Internal Server Error")
print("standard output is for answers")
"""


def printed(*, demo: bool) -> tuple[str, list[str]]:
    done = subprocess.run([sys.executable, "-c", PROGRAM % demo], capture_output=True, text=True, check=True)
    return done.stdout, done.stderr.splitlines()


def test_each_event_is_one_line_of_json_on_standard_error() -> None:
    output, lines = printed(demo=False)
    assert output == "standard output is for answers\n"
    event = json.loads(lines[0])
    assert (event["event"], event["notice"], event["fault"], event["level"]) == ("notice.failed", 7, "OSError", "warning")
    assert event["timestamp"].endswith("Z")
    assert lines[1:] == ["ERROR django.request Internal Server Error"]


def test_a_demo_prints_for_people() -> None:
    _, lines = printed(demo=True)
    assert "notice.failed" in lines[0]
    assert not lines[0].startswith("{")
