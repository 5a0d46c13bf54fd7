"""A picture is drawn anew in a process of its own: what a hostile file can ask of it, and what the kernel refuses it."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from typing import Any

import pytest
from PIL import Image

from heedful.captures.actions import reveal
from heedful.captures.actions.reveal import NotShowable, drawn_anew

SIZE = (64, 48)


def written(image: Image.Image, kind: str = "WEBP", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def plain(colour: str = "navy") -> bytes:
    return written(Image.new("RGB", SIZE, colour))


def animated() -> bytes:
    frames = [Image.new("RGB", SIZE, colour) for colour in ("lime", "red", "red")]
    return written(frames[0], save_all=True, append_images=frames[1:], duration=50)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("program.js", "alert(1)")
    return out.getvalue()


def huge_header() -> bytes:
    """A lossless WebP of 40 bytes that says it is 16,384 by 16,384."""
    bits = (16_383) | (16_383 << 14)
    body = b"VP8L" + (20).to_bytes(4, "little") + b"\x2f" + bits.to_bytes(4, "little") + bytes(15)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def child(code: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run code in a process that has taken the limits on."""
    start = "import heedful.captures.reencode as r, socket, os, sys\n"
    return subprocess.run([sys.executable, "-I", "-c", start + code], capture_output=True, timeout=20, check=False, **options)


def test_what_comes_out_is_the_picture_and_nothing_that_came_with_it() -> None:
    sent = written(Image.new("RGB", SIZE, "navy"), exif=b"Exif\x00\x00the device's place", xmp=b"<x>who drew it</x>", icc_profile=b"a profile")
    for polyglot in (sent, sent + b"<script>alert(1)</script>", sent + archive(), sent + b"#!/bin/sh\nid\n"):
        drawn = drawn_anew(polyglot)
        with Image.open(io.BytesIO(drawn)) as shown:
            assert (shown.format, shown.size, getattr(shown, "n_frames", 1)) == ("WEBP", SIZE, 1)
        for trace in (b"the device's place", b"who drew it", b"a profile", b"script", b"PK\x03\x04", b"/bin/sh", b"EXIF", b"XMP "):
            assert trace not in drawn, trace


def test_of_an_animation_the_first_picture_is_drawn_and_stands_still() -> None:
    with Image.open(io.BytesIO(drawn_anew(animated()))) as shown:
        assert getattr(shown, "n_frames", 1) == 1
        red, green, _ = shown.convert("RGB").getpixel((10, 10))  # type: ignore[misc]
        assert green > 200 > 100 > red


@pytest.mark.parametrize("most", [0, 11, 12, 20, 30, 60])
def test_a_truncated_picture_is_none(most: int) -> None:
    with pytest.raises(NotShowable):
        drawn_anew(plain()[:most])


@pytest.mark.parametrize("sent", [
    written(Image.new("RGB", SIZE), "PNG"), written(Image.new("RGB", SIZE), "JPEG"), written(Image.new("RGB", SIZE), "GIF"),
    written(Image.new("RGB", SIZE), "TIFF"), b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", b"%PDF-1.7\n",
    b"RIFF\x24\x00\x00\x00WAVEfmt ", archive(), b"\x00" * 5000,
], ids=["png", "jpeg", "gif", "tiff", "svg", "pdf", "wave", "zip", "zeros"])  # fmt: skip
def test_no_other_format_is_drawn(sent: bytes) -> None:
    with pytest.raises(NotShowable):
        drawn_anew(sent)


def test_a_bomb_is_refused() -> None:
    many_pixels = written(Image.new("RGB", (4_000, 4_000)), lossless=True)
    assert len(many_pixels) < 30_000
    for bomb in (many_pixels, huge_header(), plain() + bytes(1_000_000)):
        with pytest.raises(NotShowable):
            drawn_anew(bomb)


def test_the_largest_picture_that_a_device_may_send_is_drawn() -> None:
    noise = Image.effect_noise((1_600, 1_000), 60).convert("RGB")
    drawn = drawn_anew(written(noise, quality=20))
    with Image.open(io.BytesIO(drawn)) as shown:
        assert shown.size == (1_600, 1_000)


def test_the_doors_are_closed_before_the_first_byte_is_decoded() -> None:
    """Where a decoder could be taken over, nothing is left to open."""
    code = (
        "from PIL import Image\nreal = Image.open\n"
        "def taken_over(*given, **options):\n    try:\n        socket.socket()\n    except OSError as fault:\n        sys.exit(fault.errno)\n"
        "Image.open = taken_over\nr.main()\n"
    )
    assert child(code, input=plain()).returncode == 24


def test_one_that_answers_with_something_else_than_a_picture_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reveal, "run_confined", lambda module, sent, **options: b"<script>\n")
    with pytest.raises(NotShowable):
        drawn_anew(plain())
