"""Files made to do harm: each is refused, and the refusal says what is wrong and the way out, never what the file says."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from heedful.programme.policies.reading import read
from heedful.programme.policies.reading.read import read_document
from heedful.programme.policies.reading.values import MOST_FILE_BYTES, REFUSALS, PolicyRefused
from heedful.programme.policies.tests import samples

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
MAIN = b"wordprocessingml.document.main+xml"
OLE_OBJECT = b'<w:body><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" ProgID="Package"/>'
WAYS_OUT = ("Save it", "save it", "Choose it", "add it as a link", "Add only", "Print it")
HOSTILE: list[tuple[str, str, Callable[[], bytes]]] = [
    ("empty", "a.pdf", lambda: b""),
    ("too_large", "a.pdf", lambda: b"%PDF-1.7\n" + bytes(MOST_FILE_BYTES)),
    ("unknown_kind", "a.exe", lambda: b"MZ"),
    ("unknown_kind", "a.html", lambda: b"<script>alert(1)</script>"),
    ("old_word", "a.doc", lambda: OLE),
    ("encrypted", "a.docx", lambda: OLE),
    ("kind_differs", "a.pdf", samples.docx),
    ("kind_differs", "a.docx", samples.pdf),
    ("kind_differs", "a.md", samples.pdf),
    ("kind_differs", "a.md", samples.docx),
    ("kind_differs", "a.docx", lambda: samples.zip_of({"readme.txt": b"a"})),
    ("kind_differs", "a.docx", lambda: samples.repacked(samples.docx(), change={"[Content_Types].xml": (MAIN, b"spreadsheetml.sheet.main+xml")})),
    ("polyglot", "a.pdf", lambda: b"MZ\n" + samples.pdf()),
    ("polyglot", "a.pdf", lambda: samples.pdf() + b"<script>alert(1)</script>"),
    ("polyglot", "a.pdf", lambda: samples.scan() + samples.docx() + b"\n%%EOF"),
    ("polyglot", "a.docx", lambda: samples.docx() + b"%PDF"),
    ("polyglot", "a.docx", lambda: b"PK\x03\x04" + samples.docx()),
    ("encrypted", "a.pdf", samples.encrypted_pdf),
    ("malformed", "a.pdf", lambda: samples.pdf()[:1500]),
    ("malformed", "a.pdf", lambda: b"%PDF-1.7\nnothing\n%%EOF"),
    ("malformed", "a.docx", lambda: samples.docx()[:3000]),
    ("malformed", "a.docx", lambda: samples.repacked(samples.docx(), change={"word/document.xml": (b"</w:body>", b"")})),
    ("too_many_pages", "a.pdf", lambda: samples.scan(401)),
    ("bomb", "a.docx", samples.bomb_docx),
    ("bomb", "a.docx", samples.overlapping_docx),
    ("bomb", "a.docx", lambda: samples.repacked(samples.docx(), add={f"word/media/{number}.png": b"" for number in range(3_001)})),
    ("malformed", "a.docx", samples.lying_docx),
    ("macros", "a.docm", samples.docx),
    ("macros", "a.docx", lambda: samples.repacked(samples.docx(), add={"word/vbaProject.bin": b"x"})),
    ("macros", "a.docx", lambda: samples.repacked(samples.docx(), change={"[Content_Types].xml": (MAIN, b"ms-word.document.macroEnabled.main+xml")})),
    ("embedded", "a.docx", lambda: samples.repacked(samples.docx(), add={"word/embeddings/oleObject1.bin": OLE})),
    ("embedded", "a.docx", lambda: samples.repacked(samples.docx(), change={"word/document.xml": (b"<w:body>", OLE_OBJECT)})),
    ("outside", "a.docx", samples.docx_with_outside_template),
    ("entities", "a.docx", samples.docx_with_entity),
    ("entities", "a.docx", lambda: samples.docx_with_entity(samples.LAUGHS)),
    ("entities", "a.docx", lambda: samples.docx_with_entity(samples.ENTITY, "utf-16")),
    ("malformed", "a.docx", lambda: samples.repacked(samples.docx(), add={"../../up.xml": b"<a/>"})),
    ("too_complex", "a.docx", lambda: samples.repacked(samples.docx(), add={"word/deep.xml": b"<a>" * 100_000})),
    ("script", "a.pdf", samples.pdf_with_script),
    ("script", "a.pdf", samples.pdf_that_launches),
    ("attachment", "a.pdf", samples.pdf_with_attachment),
    ("not_text", "a.md", lambda: b"# Title\n\nna\xefve \xff"),
    ("not_text", "a.md", lambda: b"# Title\n\n\x00"),
    ("too_much_text", "a.md", lambda: b"word " * 400_000),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name", "make"), HOSTILE, ids=[f"{number}-{code}" for number, (code, _, _) in enumerate(HOSTILE)])
def test_it_is_refused_for_what_it_is(code: str, name: str, make: Callable[[], bytes]) -> None:
    with pytest.raises(PolicyRefused) as refused:
        read_document(name, make())
    assert refused.value.code == code, refused.value
    assert str(refused.value).startswith(("The file", "This is", "The PDF", "Something"))


def test_each_refusal_has_an_end_that_says_the_way_out() -> None:
    assert [code for code, text in REFUSALS.items() if not any(word in text for word in WAYS_OUT)] == []


def test_every_code_is_met_by_a_file() -> None:
    assert set(REFUSALS) == {code for code, _, _ in HOSTILE}


@pytest.mark.parametrize(("make", "expected"), [
    (samples.pdf_that_unpacks, "read"), (samples.pdf_whose_pages_go_round, "malformed"), (samples.pdf_whose_outline_goes_round, "read"),
    (samples.pdf_without_bottom, "malformed"),
])  # fmt: skip
def test_a_pdf_made_to_swell_or_to_go_round_for_ever_comes_to_an_end(make: Callable[[], bytes], expected: str) -> None:
    try:
        _, reading = read_document("a.pdf", make())
        outcome = "read" if (reading.blocks, reading.pages) == ((), 1) else "more than there is"
    except PolicyRefused as refused:
        outcome = refused.code
    assert outcome == expected


ANSWERS: list[object] = [
    [], "x", 7, None, {}, {"blocks": []}, {"blocks": [["a", 9, 0]], "pages": 0, "notes": []}, {"blocks": [["a", 0, 3]], "pages": 1, "notes": []},
    {"blocks": [["a"]], "pages": 0, "notes": []}, {"blocks": 5, "pages": 0, "notes": []}, {"refused": ["no such code", "x"]}, {"refused": 3},
    {"blocks": [], "pages": 10**9, "notes": []}, {"blocks": [["a", "x", 0]], "pages": 0, "notes": []},
]  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_a_process_that_was_taken_over_is_not_believed(answer: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "run_confined", lambda *given, **options: json.dumps(answer).encode())
    with pytest.raises(PolicyRefused, match="too large inside to be read safely"):
        read_document("a.md", samples.MARKDOWN)


def test_what_it_says_is_cleaned_of_what_nobody_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"blocks": [["a\u202eb\x00c\ud800  d\r\ne", 1, 0], ["\u200b", 0, 0]], "pages": 0, "notes": ["unknown", "scanned"]}
    monkeypatch.setattr(read, "run_confined", lambda *given, **options: json.dumps(said).encode())
    _, reading = read_document("a.md", samples.MARKDOWN)
    assert ([(block.text, block.level) for block in reading.blocks], reading.notes) == ([("abc d\ne", 1)], ("scanned",))
