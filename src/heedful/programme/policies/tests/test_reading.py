"""What is read out of a policy: headings, text and pages, or the plain fact that none were found."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.oxml import OxmlElement

from heedful.programme.policies.reading.lines import Line, headings_by_look, paragraphs, without_edges
from heedful.programme.policies.reading.read import read_document
from heedful.programme.policies.reading.values import GUESSED, SCANNED, TRACKED, Reading
from heedful.programme.policies.reading.word import guessed_level, read_word
from heedful.programme.policies.tests import samples

HEADINGS = [(1, "Safeguarding policy"), (2, "1 Roles"), (2, "2 Online safety"), (3, "2.1 Monitoring"), (2, "3 Review")]


def headings(reading: Reading) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in reading.blocks if block.level]


def test_a_pdfs_outline_makes_its_sections_and_what_stands_on_each_page_is_left_out() -> None:
    kind, reading = read_document("Safeguarding.PDF", samples.pdf())
    assert (kind, reading.pages, reading.notes) == ("pdf", 2, ())
    assert headings(reading) == HEADINGS
    assert "• A deputy stands in." in [block.text for block in reading.blocks]
    assert [block.page for block in reading.blocks if block.text.startswith("Nobody copies")] == [2]
    assert not any("Larkfield Academy, page" in block.text for block in reading.blocks)


def test_without_an_outline_the_size_of_the_lines_tells_and_that_is_said() -> None:
    _, reading = read_document("safeguarding.pdf", samples.pdf(samples.NO_OUTLINE))
    assert headings(reading) == HEADINGS
    assert reading.notes == (GUESSED,)


def test_where_no_line_is_greater_numbered_lines_are_headings() -> None:
    _, reading = read_document("safeguarding.pdf", samples.pdf(samples.NOTHING_STANDS_OUT))
    assert [text for _, text in headings(reading)] == ["1 Roles", "2 Online safety", "2.1 Monitoring", "3 Review"]
    assert reading.notes == (GUESSED,)


def test_a_scan_has_pages_and_no_words_and_says_so() -> None:
    _, reading = read_document("scan.pdf", samples.scan())
    assert (reading.blocks, reading.pages, reading.notes) == ((), 2, (SCANNED,))


def test_styles_make_a_word_documents_sections() -> None:
    kind, reading = read_document("child protection.docx", samples.docx())
    assert (kind, reading.pages, reading.notes) == ("docx", 0, ())
    assert headings(reading) == [(1, "Child protection policy"), (1, "1 What abuse is"), (1, "2 What we do"), (1, "3 Records")]
    assert [block.text for block in reading.blocks][-2:] == ["- A record", "Lead | Amara Lockhart"]


def test_a_word_document_without_styles_goes_by_its_numbers() -> None:
    _, reading = read_document("child protection.docx", samples.docx(headings=False))
    assert [text for _, text in headings(reading)] == ["1 What abuse is", "2 What we do", "3 Records"]
    assert reading.notes == (GUESSED,)


def test_tracked_changes_are_read_as_accepted_and_that_is_said() -> None:
    document = Document()
    paragraph = document.add_paragraph("Tell the ")
    for tag, word, holder in (("w:del", "head", "w:delText"), ("w:ins", "lead", "w:t")):
        change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(holder)
        text.text = word
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    made = io.BytesIO()
    document.save(made)
    reading = read_word(made.getvalue())
    assert ([block.text for block in reading.blocks], reading.notes) == (["Tell the lead"], (TRACKED,))


def test_markdowns_headings_lists_and_tables_become_plain_text() -> None:
    text = samples.MARKDOWN + b"\n| Who | When |\n|---|---|\n| Lead | *now* |\n\n<b>bold</b>\n"
    kind, reading = read_document("behaviour.md", b"---\ntitle: Behaviour\n---\n" + text)
    assert kind == "markdown"
    assert headings(reading) == [(1, "Behaviour policy"), (2, "Sanctions")]
    assert [block.text for block in reading.blocks][-5:] == ["- First a talk.", "- Then a letter.", "Who | When", "Lead | now", "<b>bold</b>"]


@pytest.mark.parametrize(("text", "level"), [
    ("3 Roles", 1), ("3. Roles", 1), ("3.2 Online safety", 2), ("Appendix A: Contacts", 1), ("Part B", 1), ("3 pupils were there.", 0),
    ("Roles", 0), ("4 Roles ........ 12", 0), ("We meet on 3 May", 0), ("", 0),
])  # fmt: skip
def test_a_numbered_line_is_a_heading_and_a_sentence_is_none(text: str, level: int) -> None:
    assert guessed_level(text) == level


def line(text: str, *, size: float = 11.0, page: int = 1, place: float = 400.0, bold: bool = False) -> Line:
    return Line(text, size, bold, page, place)


def test_lines_that_go_on_from_one_another_are_one_paragraph() -> None:
    lines = [line("A sentence that is as wide as the page can be"), line("goes on here."), line("- an item"), line("Another one that starts anew after it")]
    made = [block.text for block in paragraphs(lines, [0] * 4)]
    assert made[0] == "A sentence that is as wide as the page can be goes on here."
    assert made[1].startswith("- an item")


def test_a_page_where_all_lines_stand_out_has_no_headings() -> None:
    lines = [line("Title here", size=20.0), line("Another", size=20.0), line("x" * 30 + " body.", size=11.0)]
    assert headings_by_look(lines) == [0, 0, 0]


def test_a_footer_goes_and_a_line_that_comes_once_stays() -> None:
    lines = [line(f"Page {page}", page=page, place=20.0) for page in (1, 2, 3)] + [line("Only here", page=2, place=30.0)]
    assert [each.text for each in without_edges(lines, 3)] == ["Only here"]
