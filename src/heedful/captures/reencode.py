"""Run as a program of its own: reads a picture, writes it drawn anew as WebP. What a device sent is never shown as it came.

Its limits are those of `web/confined.py`: a file made to break a decoder breaks this process, which can reach nothing.
"""

from __future__ import annotations

import io
import sys
import warnings

from heedful.web.confined import close_doors, hold_limits

MOST_PIXELS = 4_000_000
MOST_SENT_BYTES = 1_000_000


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
