"""Starts Debian's Chromium under a policy of its own, for tests and for `make browser`.

Chromium reads its policy from one folder of the machine. Each browser here gets a private mount namespace in which another
folder lies over it, so that no other browser on the machine is ever monitored and runs do not disturb each other.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heedful.commands.demo import ready_file

CHROMIUM = "/usr/bin/chromium"
POLICY_HOME = Path("/etc/chromium")


def write_policy(folder: Path, policy: Mapping[str, Any]) -> None:
    """Put a policy where a browser started by `launcher(folder)` reads it."""
    managed = folder / "policies" / "managed"
    managed.mkdir(parents=True, exist_ok=True)
    (managed / "heedful.json").write_text(json.dumps(policy, indent=2), "utf-8")
    for part in (folder, folder / "policies", managed):
        part.chmod(0o755)


def write_native_host(folder: Path, *, extension_id: str, user: str) -> None:
    """Put a helper beside the policy that answers the extension with a user's name, as a school's own would."""
    hosts = folder / "native-messaging-hosts"
    hosts.mkdir(parents=True, exist_ok=True)
    program = folder / "identity-helper"
    answer = json.dumps({"user": user})
    program.write_text(
        f"#!{sys.executable}\nimport struct, sys\nanswer = {answer!r}.encode()\nsys.stdin.buffer.read(4)\n"
        "sys.stdout.buffer.write(struct.pack('=I', len(answer)) + answer)\n",
        "utf-8",
    )
    program.chmod(0o755)
    manifest = {"name": "org.heedful.identity", "description": "Who is signed in", "path": str(program), "type": "stdio"}
    (hosts / "org.heedful.identity.json").write_text(json.dumps(manifest | {"allowed_origins": [f"chrome-extension://{extension_id}/"]}), "utf-8")


def launcher(folder: Path) -> Path:
    """A command that runs Chromium with `folder` laid over its configuration. Needs root; keeps one process id all the way."""
    script = folder.parent / f"{folder.name}-chromium"
    inner = f'mount --bind {shlex.quote(str(folder))} {POLICY_HOME} && exec {CHROMIUM} "$@"'
    script.write_text(f"#!/bin/sh\n[ -d {POLICY_HOME} ] || mkdir -p {POLICY_HOME}\nexec unshare --mount --propagation private sh -c {shlex.quote(inner)} chromium \"$@\"\n", "utf-8")
    script.chmod(0o755)
    return script


def force_install(extension_id: str, *, update_url: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The school's Linux policy, with developer tools allowed so that a test can look inside."""
    from heedful.gateway.extension_policy import policy_for

    document = policy_for("linux", extension_id=extension_id, server_url=str(configuration["serverUrl"]), update_url=update_url).document
    document["3rdparty"]["extensions"][extension_id] = dict(configuration)
    return document | {"DeveloperToolsAvailability": 1}


def managed_only(extension_id: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Managed values for an extension that is loaded unpacked."""
    return {"3rdparty": {"extensions": {extension_id: dict(configuration)}}, "DeveloperToolsAvailability": 1}


PAGE = b"""<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>A page to type into</title>
<h1>A page to type into</h1>
<p>This browser has Heedful installed by the demo school's policy. What you write here is matched in the browser; only a worrying line goes to the school.</p>
<p><label>Text box<br><textarea rows="4" cols="60"></textarea></label></p>
<p>Rich text:</p><div contenteditable="true" role="textbox" aria-label="Rich text">Click here</div>
<p><label>Password (never read)<br><input type="password"></label></p>"""


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Says nothing: the terminal belongs to the one who types."""


def _serve_page() -> str:
    """A page on this machine for a browser without a network; gone with this process."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/"


def _policy_from(source: str) -> dict[str, Any]:
    """The policy of a running demo: its JSON line from a file or standard input, or the bare policy itself."""
    if source == str(ready_file()) and not ready_file().exists():
        raise SystemExit("no demo is running; start one with 'make demo' and leave it running")
    loaded = json.loads(sys.stdin.read() if source == "-" else Path(source).read_text("utf-8"))
    policy = loaded.get("managed_policy", loaded)
    if not isinstance(policy, dict) or "3rdparty" not in policy:
        raise SystemExit(f"{source}: no policy for the extension in it; give what 'heedful demo --json' prints")
    return policy


def main() -> int:
    parser = argparse.ArgumentParser(prog="make browser", description="A Chromium with the extension enrolled in a running demo, to type into.")
    parser.add_argument(
        "policy", nargs="?", default=str(ready_file()),
        help="file (or - for standard input) with what 'heedful demo --json' or 'heedful extension policy --for linux' printed; default: the running demo's",
    )  # fmt: skip
    parser.add_argument("--url", help="page to open (default: one on this machine to type into)")
    options, more = parser.parse_known_args()
    if os.geteuid() != 0:
        parser.error("needs root: the policy is laid over Chromium's folder in a mount namespace of its own")
    policy = _policy_from(options.policy)
    with tempfile.TemporaryDirectory(prefix="heedful-browser-") as name:
        folder = Path(name) / "policy"
        write_policy(folder, policy)
        command = [str(launcher(folder)), "--no-sandbox", "--no-first-run", f"--user-data-dir={name}/profile", *more, options.url or _serve_page()]
        browser = subprocess.Popen(command)
        signal.signal(signal.SIGTERM, lambda *_: browser.terminate())
        try:
            return browser.wait()
        except KeyboardInterrupt:
            browser.terminate()
            return browser.wait()


if __name__ == "__main__":
    sys.exit(main())
