"""The line format: what is read, what is refused, what is written."""

import pytest

from heedful.detection.engine import assess
from heedful.detection.jsonl import LineError, read_line, write_line
from heedful.detection.tests import small


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"{", "is not JSON"),
        (b'{"id": "a", "text": NaN}', "is not JSON"),
        (b'\xef\xbb\xbf{"id": "a", "text": "x"}', "is not JSON"),
        (b'"\xff"', "is not UTF-8"),
        (b"[]", "is not an object"),
        (b'{"id": "a"}', "'text' is not a string"),
        (b'{"text": "x"}', "'id' is neither a string nor a whole number"),
        (b'{"id": true, "text": "x"}', "'id' is neither a string nor a whole number"),
        (b'{"id": 1.5, "text": "x"}', "'id' is neither a string nor a whole number"),
        (b'{"id": 1e400, "text": "x"}', "'id' is neither a string nor a whole number"),
        (b'{"id": "a", "text": "x", "age_band": "ks9"}', "'age_band' is not one of ks1, ks2, ks3, ks4, ks5, unknown"),
        (b'{"id": "a", "text": "x", "context_before": "y"}', "'context_before' is not a list of strings"),
    ],
)
def test_a_bad_line_is_told(raw: bytes, told: str) -> None:
    with pytest.raises(LineError) as caught:
        read_line(raw)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        (b'{"id": 1.0, "text": ""}', b'{"id":1,"severity":0,"themes":{},"findings":[]}\n'),
        (b'{"id": "\\ud800\xc3\xa9", "text": "hi", "source": null, "more": 1}', b'{"id":"\\ud800\xc3\xa9","severity":0,"themes":{},"findings":[]}\n'),
        (
            b'{"id": "a", "text": "you loser"}',
            (
                b'{"id":"a","severity":1,"themes":{"bullying":0.2},"findings":[{"theme":"bullying","start":0,"end":9,'
                b'"rule":"bullying.loser","why":"Calls somebody a loser. Starts at severity 1."}]}\n'
            ),
        ),
    ],
)
def test_a_line_is_answered(raw: bytes, written: bytes) -> None:
    line = read_line(raw)
    assert write_line(line, assess(line.observation, age_band=line.age_band, bundle=small.bundle())) == written
