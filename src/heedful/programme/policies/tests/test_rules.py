"""Blocks become sections, links apply or don't, wordings are compared, reminders come in stages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.programme.policies.reading.values import Block
from heedful.programme.policies.rules import (
    MOST_SECTIONS,
    RegisterRefused,
    Section,
    Target,
    applies,
    check_target,
    is_past_review,
    sections_of,
    told_stage,
)
from heedful.programme.policies.wording import became, compare, is_same

DAY = date(2026, 11, 24)


def test_headings_make_sections_and_what_comes_before_the_first_is_one_too() -> None:
    blocks = [Block("Contents", 0, 1), Block("1 Roles", 1, 1), Block("The lead.", 0, 1), Block("1.1 Deputy", 2, 2), Block("2 Review", 1, 2)]
    assert sections_of(blocks, pages=2) == [
        Section("Before the first heading", 1, "Contents", 1),
        Section("1 Roles", 1, "The lead.", 1),
        Section("1.1 Deputy", 2, "", 2),
        Section("2 Review", 1, "", 2),
    ]


def test_without_headings_each_page_is_a_section_or_the_whole_document_is() -> None:
    assert sections_of([Block("a", 0, 2)], pages=2) == [Section("Page 1", 1, "", 1), Section("Page 2", 1, "a", 2)]
    assert sections_of([Block("a"), Block("b")], pages=0) == [Section("Whole document", 1, "a\n\nb", 0)]
    assert sections_of([], pages=0) == [Section("Whole document", 1, "", 0)]


def test_where_there_are_too_many_headings_the_smallest_make_none() -> None:
    blocks = [Block("Great", 1), *(Block(f"Small {number}", 3) for number in range(MOST_SECTIONS))]
    [only] = sections_of(blocks, pages=0)
    assert (only.title, only.text.startswith("Small 0")) == ("Great", True)


blocks = st.lists(st.builds(Block, st.text("ab ", min_size=1), st.integers(0, 6), st.integers(1, 3)), max_size=30)


@given(blocks, st.sampled_from((0, 3)))
def test_no_word_is_lost_on_the_way_to_sections(made: list[Block], pages: int) -> None:
    sections = sections_of(made, pages=pages)
    said = "".join(f"{section.title}{section.text}" for section in sections)
    assert [block.text for block in made if block.text not in said] == []
    assert len(sections) >= 1


@pytest.mark.parametrize(("target", "level", "band", "expected"), [
    (Target("bullying"), 3, "ks2", True), (Target("bullying", 3), 3, "ks2", True), (Target("bullying", 4), 3, "ks2", False),
    (Target("bullying", 4), None, None, True), (Target("bullying", 0, "ks2"), 3, "ks3", False), (Target("bullying", 0, "ks2"), 3, "unknown", True),
    (Target("drugs"), 3, "ks2", False), (Target(deed="dismiss"), 3, "ks2", False),
])  # fmt: skip
def test_a_clause_applies_at_its_level_and_age_or_at_any(target: Target, level: int | None, band: str | None, expected: bool) -> None:
    assert applies(target, theme="bullying", level=level, band=band) is expected


@pytest.mark.parametrize("target", [
    Target(), Target("no_theme"), Target("bullying", 9), Target("bullying", 0, "ks9"), Target("bullying", deed="dismiss"), Target(deed="no_deed"),
    Target(level=3, deed="dismiss"),
])  # fmt: skip
def test_a_clause_is_linked_to_a_theme_or_to_a_deed(target: Target) -> None:
    with pytest.raises(RegisterRefused, match="Choose a theme or an action"):
        check_target(target)


@given(st.text(" ab.\n", max_size=60), st.text(" ab.\n", max_size=60))
def test_each_side_of_a_comparison_is_its_text_again(old: str, new: str) -> None:
    left, right = compare(old, new)
    assert ("".join(span.text for span in left), "".join(span.text for span in right)) == (old, new)
    assert [span.text.split() for span in left if not span.is_changed] == [span.text.split() for span in right if not span.is_changed]


def test_words_that_were_taken_out_and_put_in_are_told() -> None:
    left, right = compare("We stop it the same day.", "We stop it within the hour.")
    assert [span.text for span in left if span.is_changed] == [" same day."]
    assert [span.text for span in right if span.is_changed] == [" within", " hour."]


def test_texts_as_long_as_a_book_are_compared_line_by_line() -> None:
    left, right = compare("word " * 3_000, "word " * 3_001)
    assert (len(left), len(right)) == (1, 1)


def test_a_section_is_found_again_by_its_title_without_number_or_by_its_words() -> None:
    new = [Section("4 Roles", 1, "The lead decides.", 1), Section("Phones at school", 1, "They stay in bags all day.", 1)]
    assert became(Section("3 Roles", 1, "Nothing alike", 1), new) == 0
    assert became(Section("Telephones", 1, "They stay in bags all day long.", 1), new) == 1
    assert became(Section("Uniform", 1, "A tie is worn.", 1), new) is None
    assert became(Section("Uniform", 1, "", 1), []) is None


def test_only_words_can_be_the_same() -> None:
    assert is_same(Section("A", 1, "b  c", 1), Section("A", 2, "b c", 9))
    assert not is_same(Section("A", 1, "b", 1), Section("A", 1, "c", 1))
    assert not is_same(Section("Page 1", 1, "", 1), Section("Page 1", 1, "", 1))


@pytest.mark.parametrize(("days", "stage"), [(31, 0), (30, 1), (8, 1), (7, 2), (0, 2), (-1, 3), (-90, 3)])
def test_people_are_told_a_month_before_a_week_before_and_the_day_after(days: int, stage: int) -> None:
    assert told_stage(DAY + timedelta(days=days), DAY) == stage
    assert is_past_review(DAY + timedelta(days=days), DAY) == (days < 0)
