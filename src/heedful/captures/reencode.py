"""Run as a program of its own: reads a picture, writes it drawn anew as WebP. What a device sent is never shown as it came.

Short-lived, with little memory and time, and without Django: a file made to break a decoder breaks only this process.
"""

from __future__ import annotations

import io
import resource
import sys

MOST_MEMORY_BYTES = 512 * 1024 * 1024
MOST_CPU_S = 5
MOST_PIXELS = 4_000_000


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=("WEBP",)) as came:
        drawn = came.convert("RGB")
    drawn.save(sys.stdout.buffer, "WEBP", quality=85)
    return 0


if __name__ == "__main__":
    sys.exit(main())
