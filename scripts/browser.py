"""`make browser`: start a demo school, print its sign-in links, and open a Chromium that the school manages.

The school ends with the browser. `make browser BROWSER=FILE` takes instead what a running `heedful demo --json` printed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LINES = 1500


def open_browser(policy: dict[str, Any], options: Sequence[str]) -> int:
    """Run Chromium under the policy until it is closed; return its exit status."""
    with tempfile.TemporaryDirectory(prefix="heedful-policy-") as folder:
        file = Path(folder) / "policy.json"
        file.write_text(json.dumps(policy), "utf-8")
        return subprocess.run([sys.executable, "-m", "tests.browser.chromium", file, "--log-level=3", *options], cwd=ROOT, check=False).returncode


def with_a_school_of_its_own(options: Sequence[str]) -> int:
    command = [Path(sys.executable).with_name("heedful"), "demo", "--port", "0", "--lines", str(LINES), "--json"]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    try:
        line = demo.stdout.readline()
        if not line:
            return demo.wait() or 1
        ready = json.loads(line)
        print(f"\nThe school is at {ready['address']}; sign in as:")
        print("\n".join(f"  {persona:<12}{link}" for persona, link in ready["links"].items()), flush=True)
        return open_browser(ready["managed_policy"], options)
    except KeyboardInterrupt:
        return 0
    finally:
        demo.terminate()
        demo.wait()


def main() -> int:
    arguments = sys.argv[1:]
    if arguments and not arguments[0].startswith("-"):
        loaded = json.loads(Path(arguments[0]).read_text("utf-8"))
        return open_browser(loaded.get("managed_policy", loaded), arguments[1:])
    return with_a_school_of_its_own(arguments)


if __name__ == "__main__":
    sys.exit(main())
