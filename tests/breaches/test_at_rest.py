"""What lies on the disk and in the database is ciphertext, and what lies there of a pupil is gone where it should be (security.md: Raptor)."""

from __future__ import annotations

import io
import math
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from PIL import Image

from heedful.captures.actions.store import store_captures
from heedful.captures.models import Capture
from heedful.captures.sealing import Content
from heedful.people.actions import change_school
from tests.harness.westbrook import NOW, Westbrook

SECRET = "the fictional pupil wrote this line and nothing else"
MAGIC = (b"RIFF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"PK\x03\x04", b"%PDF", b"{", b"[", b"<", b"SQLite")


@pytest.fixture
def stored(westbrook: Westbrook, tmp_path: Path, settings: Any) -> Capture:
    """A capture with a picture, earlier lines, a title and an address that all say the secret."""
    settings.DATA_DIR = tmp_path
    change_school(westbrook.school, pictures=True, reason="Agreed", now=NOW)
    content = Content(f"i hate my life today, {SECRET}", SECRET, f"https://chat.example/{SECRET}", westbrook.account.address, ((5, SECRET),))
    item = westbrook.incoming(3, content=content, picture=picture())
    profile = westbrook.plain_profile()
    store_captures(profile=profile, incoming=[item], now=NOW, in_transaction=lambda: None)
    return Capture.objects.get(capture_id=item.capture_id)


def picture() -> bytes:
    """A page of even areas, as a screenshot is: its own bytes are far from random."""
    image = Image.new("RGB", (640, 400), "white")
    dots = random.Random(1)
    for _ in range(4000):
        image.putpixel((dots.randrange(640), dots.randrange(400)), (20, 20, 20))
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", lossless=True)
    return buffer.getvalue()


def entropy(content: bytes) -> float:
    """Bits a byte: 8 for noise."""
    total = len(content)
    return -sum(count / total * math.log2(count / total) for count in Counter(content).values())


def test_bucket_is_ciphertext(stored: Capture) -> None:
    """Every file of the store and every binary column: no known beginning, no word of the pupil, as even as noise."""
    assert stored.picture_blob
    files = [path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file() and "keys" not in path.parts]
    contents = [path.read_bytes() for path in files]
    assert contents
    columns = list(binary_columns())
    assert len(columns) >= 5
    for content in contents + columns:
        assert SECRET.encode() not in content
        assert not any(content.startswith(magic) and content.startswith(picture()[:16]) for magic in MAGIC)
    large = [content for content in contents if len(content) > 1000]
    assert large
    for content in large:
        assert not content[:64].lstrip(b"\x00\x01\x02\x03").startswith(MAGIC)
        assert entropy(content) > 7.5
        assert b"WEBP" not in content
    assert entropy(picture()) < entropy(large[0])
    assert [path.name for path in files if "okonedo" in path.name.lower() or "amara" in path.name.lower()] == []


def binary_columns() -> list[bytes]:
    found = []
    for model in apps.get_models():
        names = [field.name for field in model._meta.get_fields() if isinstance(field, models.BinaryField)]
        for row in model._default_manager.values_list(*names) if names else ():
            found += [bytes(value) for value in row if value]
    return found


def test_no_column_holds_what_a_pupil_wrote(stored: Capture) -> None:
    """Walks every column of every table, so that a new one is looked at too."""
    held = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        for value in model._default_manager.values_list(field.attname, flat=True)
        if SECRET in str(value) or (isinstance(value, bytes | memoryview) and SECRET.encode() in bytes(value))
    ]
    assert held == []
