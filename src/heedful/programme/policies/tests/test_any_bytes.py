"""Whatever bytes come, a reader reads or refuses: nothing else comes out of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heedful.programme.policies.reading.pdf import read_pdf
from heedful.programme.policies.reading.plain import read_markdown
from heedful.programme.policies.reading.read import read_document
from heedful.programme.policies.reading.values import MOST_BLOCKS, PolicyRefused, Reading
from heedful.programme.policies.reading.word import read_word
from heedful.programme.policies.tests import samples

Reader = Callable[[bytes], Reading]
CHANGES = st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=12), st.integers(0, 40)), min_size=1, max_size=6)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def changed(content: bytes, changes: list[tuple[int, bytes, int]]) -> bytes:
    """Bytes put in and taken out, here and there."""
    for place, put_in, taken_out in changes:
        at = place % (len(content) + 1)
        content = content[:at] + put_in + content[at + taken_out :]
    return content


def outcome(read: Reader, content: bytes) -> str:
    try:
        reading = read(content)
    except PolicyRefused:
        return "refused"
    return "read" if len(reading.blocks) <= MOST_BLOCKS else "too much"


@QUICK
@given(st.binary(max_size=2_000), st.sampled_from((read_pdf, read_word, read_markdown)), st.sampled_from((b"", b"%PDF-1.7\n", b"PK\x03\x04")))
def test_random_bytes(content: bytes, read: Reader, start: bytes) -> None:
    assert outcome(read, start + content) in {"read", "refused"}


@QUICK
@given(CHANGES)
def test_a_pdf_that_was_changed_here_and_there(changes: list[tuple[int, bytes, int]]) -> None:
    assert outcome(read_pdf, changed(samples.pdf(), changes)) in {"read", "refused"}


@QUICK
@given(CHANGES)
def test_a_word_document_that_was_changed_here_and_there(changes: list[tuple[int, bytes, int]]) -> None:
    assert outcome(read_word, changed(samples.docx(), changes)) in {"read", "refused"}


@QUICK
@given(st.text(max_size=400))
def test_any_text_is_read_as_markdown_or_refused(text: str) -> None:
    assert outcome(read_markdown, text.encode("utf-8", "replace")) in {"read", "refused"}


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.md"])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=400))
def test_the_door_says_so_too(name: str, content: bytes) -> None:
    start = {"a.pdf": b"%PDF-1.4\n", "a.docx": b"PK\x03\x04", "a.md": b"a"}[name]
    assert outcome(lambda sent: read_document(name, sent)[1], start + content) in {"read", "refused"}
