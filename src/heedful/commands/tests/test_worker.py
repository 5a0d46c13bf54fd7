"""The worker knows every task of every app: one that nobody imports would never run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import heedful

ROOT = Path(heedful.__file__).parent
REGISTERED = """
import django; django.setup()
from heedful.commands.worker import register_tasks
register_tasks()
from huey.contrib.djhuey import HUEY
print(*sorted(HUEY._registry._registry), sep="\\n")
"""


def written() -> set[str]:
    """Every function below a task decorator in a `tasks.py`."""
    found = set()
    for path in ROOT.glob("*/tasks.py"):
        module = f"heedful.{path.parent.name}.tasks"
        names = re.findall(r"^@(?:db_)?(?:periodic_)?task\(.*\n(?:@.*\n)*def (\w+)", path.read_text("utf-8"), re.MULTILINE)
        found |= {f"{module}.{name}" for name in names}
    return found


def test_a_worker_registers_every_task(tmp_path: Path) -> None:
    # A process of its own: in this one other tests have imported what they liked.
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "heedful.settings", "HEEDFUL_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", REGISTERED], env=environ, capture_output=True, text=True, check=True)
    registered = set(done.stdout.split())
    assert {"heedful.escalation.tasks.sweep", "heedful.people.tasks.look_after_the_roll"} <= written() <= registered
    assert "heedful.checks.hourly.look_after_the_machine" in registered
