"""`heedful demo`: a fictional school on this machine, with a replayed day and a sign-in link per persona."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

NAME = "demo"
HELP = "Run a fictional school with a replayed day; sign in by link, on this machine only."
MARKER = "this-is-a-heedful-demo"
READY_WITHIN_S = 60.0
DEFAULT_LINES = 6000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="Port on localhost (default 8000; 0 takes a free one).")
    parser.add_argument(
        "--data-dir",
        type=Path,
        help="Folder for this demo's data; empty, or of an earlier demo, which is replaced. Default: a temporary one.",
    )
    parser.add_argument("--lines", type=int, default=DEFAULT_LINES, help=f"How many lines the day has (default {DEFAULT_LINES}).")
    parser.add_argument("--database-url", default="", help="An empty PostgreSQL database to use instead of SQLite (docs/settings.md).")
    parser.add_argument(
        "--json", action="store_true", help="Print one JSON object when ready: address, links, managed policy, what the replay counted."
    )


def run(args: argparse.Namespace) -> int:
    if args.lines < 1:
        print("--lines takes a number of 1 or more", file=sys.stderr)
        return 2
    folder, is_temporary = _folder(args.data_dir)
    if folder is None:
        print(f"'{args.data_dir}' is neither empty nor an earlier demo's folder; nothing was changed", file=sys.stderr)
        return 2
    port = args.port or _free_port()
    if not _is_free(port):
        print(f"port {port} is in use; try 'heedful demo --port 0'", file=sys.stderr)
        return 2
    # Stopping by a signal still ends the tree and removes the folder.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _serve(args, folder, port)
    except KeyboardInterrupt:
        return 0
    finally:
        if is_temporary:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            (folder / "demo" / "links.json").unlink(missing_ok=True)


def _serve(args: argparse.Namespace, folder: Path, port: int) -> int:
    address = f"http://localhost:{port}"
    for name in [name for name in os.environ if name.startswith("HEEDFUL_") and name != "HEEDFUL_TIME_ZONE"]:
        del os.environ[name]  # the demo is apart from any real installation
    os.environ |= {
        "HEEDFUL_DEMO": "on", "HEEDFUL_DATA_DIR": str(folder), "HEEDFUL_PUBLIC_URL": address, "HEEDFUL_LISTEN": f"127.0.0.1:{port}",
        "HEEDFUL_DATABASE_URL": args.database_url,
    }  # fmt: skip

    def say(text: str) -> None:
        print(f"  {text}", file=sys.stderr, flush=True)

    say("making the school")
    from heedful.commands._installation import check_layers, listeners, make_ready
    from heedful.commands._processes import Tree, python_part

    make_ready()
    check_layers()
    from django.utils import timezone

    from heedful.demo.run import managed_policy, replay, seed
    from heedful.devices.tasks import count_every_school

    seeded = seed(folder / "demo", lines=args.lines, now=timezone.now(), say=say)
    tree = Tree([*(listener.part({}) for listener in listeners()), python_part("worker", "heedful", "worker", environment={})])
    tree.start()
    try:
        _wait_until_up(address)
        counted = replay(seeded, folder / "demo", server_url=f"http://127.0.0.1:{port}", lines=args.lines, now=timezone.now(), say=say)
        # The worker may have counted while half of them had enrolled, and pages would say so for minutes.
        count_every_school(now=timezone.now())
        ready = {
            "address": address,
            "links": {persona: f"{address}/demo/enter/{token}/" for persona, token in seeded.links.items()},
            "managed_policy": managed_policy(seeded, server_url=address),
            "replay": counted.as_json(),
        }
        if not args.json:
            _tell_browsers(ready)
        print(json.dumps(ready) if args.json else _for_people(ready), flush=True)
        tree.watch()
    finally:
        if not args.json:
            ready_file().unlink(missing_ok=True)
        tree.stop()
    return 0


def ready_file() -> Path:
    """Where a running demo says how to reach it, for `make browser`: this user's own file, gone when the demo stops."""
    return Path(tempfile.gettempdir()) / f"heedful-demo-{os.getuid()}.json"


def _tell_browsers(ready: dict[str, Any]) -> None:
    ready_file().unlink(missing_ok=True)
    descriptor = os.open(ready_file(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(ready, file)


def _for_people(ready: dict[str, Any]) -> str:
    counted = ready["replay"]
    rows = [
        "",
        f"Heedful's demo is at {ready['address']}   (Ctrl-C stops it)",
        "",
        f"  {counted['lines']} lines typed by 1,000 fictional pupils: {counted['stayed_on_devices']} stayed on the devices, {counted['left_devices']} left.",
        "",
        "  Sign in as:",
        *(f"    {persona:<12}{link}" for persona, link in ready["links"].items()),
        "",
    ]
    return "\n".join(rows)


def _folder(wanted: Path | None) -> tuple[Path | None, bool]:
    """The demo's folder, made anew, and whether it goes away at the end. None when somebody else's things are in it."""
    if wanted is None:
        return Path(tempfile.mkdtemp(prefix="heedful-demo-")), True
    folder = wanted.absolute()
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            return None, False
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / MARKER).write_text("Made by 'heedful demo'; the next demo in this folder replaces everything in it.\n", "utf-8")
    return folder, False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            urllib.request.urlopen(f"{address}/device/v1/bundle", timeout=5).close()  # noqa: S310 - our own loopback address
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise SystemExit("the server did not answer within a minute; see the lines above") from None
            time.sleep(0.1)
