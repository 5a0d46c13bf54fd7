"""An envelope opens with its own key, in its own place, whole; nothing else opens it."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from heedful.vault.envelope import KEY_BYTES, Place, VaultError, fingerprint, key_from_text, open_sealed, seal, version_of

KEY = AESGCM(b"k" * KEY_BYTES)
PLACE = Place(1, "capture", "text", "0193")


@given(st.binary(max_size=300), st.integers(0, 2**32 - 1))
def test_what_was_sealed_comes_back_with_its_version(plain: bytes, version: int) -> None:
    sealed = seal(KEY, version, plain, PLACE)
    assert version_of(sealed) == version
    assert open_sealed(KEY, sealed, PLACE) == plain


@pytest.mark.parametrize("other", [{"school_id": 2}, {"table": "note"}, {"field": "title"}, {"row": "0194"}])
def test_an_envelope_opens_in_no_other_place(other: dict[str, object]) -> None:
    sealed = seal(KEY, 1, b"hello", PLACE)
    with pytest.raises(VaultError):
        open_sealed(KEY, sealed, replace(PLACE, **other))  # type: ignore[arg-type]


def test_two_places_that_read_alike_when_joined_are_not_one() -> None:
    sealed = seal(KEY, 1, b"hello", Place(1, "capture", "text", "7"))
    with pytest.raises(VaultError):
        open_sealed(KEY, sealed, Place(1, "capturetext", "", "7"))


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(VaultError):
        open_sealed(AESGCM(b"x" * KEY_BYTES), seal(KEY, 1, b"hello", PLACE), PLACE)


@given(st.data())
def test_a_changed_byte_is_noticed_wherever_it_is(data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, 1, b"hello", PLACE))
    place = data.draw(st.integers(5, len(sealed) - 1))  # format and version are read first; the key they choose is another
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VaultError):
        open_sealed(KEY, bytes(sealed), PLACE)


@pytest.mark.parametrize("torn", [b"", b"\x01", seal(KEY, 1, b"", PLACE)[:-1], b"\x02" + seal(KEY, 1, b"hello", PLACE)[1:]])
def test_what_is_no_envelope_is_refused_before_any_key_is_looked_for(torn: bytes) -> None:
    with pytest.raises(VaultError):
        version_of(torn)


def test_the_same_text_never_gives_the_same_bytes() -> None:
    assert len({seal(KEY, 1, b"hello", PLACE) for _ in range(50)}) == 50


def test_a_refusal_says_where_and_nothing_of_what() -> None:
    with pytest.raises(VaultError) as refusal:
        open_sealed(KEY, seal(KEY, 1, b"harrowing", PLACE)[:-1] + b"\0", PLACE)
    assert "capture.text" in str(refusal.value)
    assert "harrowing" not in repr(refusal.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [("not base64 !", "not base64"), (base64.b64encode(b"short").decode(), "has 5 bytes; it takes 32"), ("", "has 0 bytes")],
)
def test_a_wrong_installation_key_is_told_without_repeating_it(text: str, words: str) -> None:
    with pytest.raises(VaultError, match=words) as refusal:
        key_from_text(text)
    assert not text or text not in str(refusal.value)


def test_both_alphabets_of_base64_are_read() -> None:
    raw = b"\xfb\xff" * 16
    assert key_from_text(base64.urlsafe_b64encode(raw).decode()) == raw
    assert key_from_text(base64.b64encode(raw).decode()) == raw


def test_a_fingerprint_tells_keys_apart_and_holds_nothing_of_them() -> None:
    key = bytes(range(32))
    assert fingerprint(key) != fingerprint(bytes(32))
    assert fingerprint(key) not in key.hex()
