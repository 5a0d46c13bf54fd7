"""Run as a program of its own: reads a picture, writes it drawn anew as WebP. What a device sent is never shown as it came.

Short-lived, without Django, its environment empty, and with limits that the kernel holds: memory, processor time, how much
it writes, no new process, and from before the first byte is decoded no new file or socket. A file made to break a decoder
breaks this process, which can reach nothing.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings

MOST_MEMORY_BYTES = 512 * 1024 * 1024
MOST_CPU_S = 5
MOST_PIXELS = 4_000_000
MOST_SENT_BYTES = 1_000_000
MOST_WRITTEN_BYTES = 8 * 1024 * 1024


def hold_limits(*, memory_bytes: int = MOST_MEMORY_BYTES, cpu_s: int = MOST_CPU_S, written_bytes: int = MOST_WRITTEN_BYTES) -> None:
    """From here on the kernel ends this process, or refuses it, at each limit. They can't be raised again from inside."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, written_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


def close_doors() -> None:
    """No file, pipe or socket can be opened any more; standard input, output and error stay. Import everything first."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def main() -> int:
    hold_limits()
    from PIL import Image, WebPImagePlugin  # noqa: F401 - the plugin must be there before the doors close

    Image.preinit()  # `open` would load what this loads, when no file can be opened any more
    sent = sys.stdin.buffer.read(MOST_SENT_BYTES + 1)
    close_doors()
    if len(sent) > MOST_SENT_BYTES:
        return 1
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    # One format, so that no other decoder is asked; of an animation the first picture alone is drawn.
    with Image.open(io.BytesIO(sent), formats=("WEBP",)) as came:
        drawn = came.convert("RGB")
    written = io.BytesIO()
    drawn.save(written, "WEBP", quality=85)
    sys.stdout.buffer.write(written.getvalue())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
