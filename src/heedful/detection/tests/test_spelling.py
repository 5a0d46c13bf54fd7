"""Slips of the finger never are another real word."""

from heedful.detection.spelling import plain_slips, real_words, slips, spelling_table


def test_slips_of_a_word() -> None:
    made = set(slips("suicide"))
    assert {"sucide", "siucide", "suicidde", "suicude", "suicise", "uicide"} <= made
    assert "suicides" not in made


def test_plain_slips_are_told_by_length() -> None:
    assert set(plain_slips("gun")) == {"nug", "gnu", "guun", "gunn"}
    assert {"llik", "klil", "kiill", "kikl"} <= set(plain_slips("kill"))
    assert "kil" not in set(plain_slips("kill"))
    assert {"kife", "knufe", "efink"} <= set(plain_slips("knife"))


def test_no_name_is_taken_for_a_word_backwards() -> None:
    assert {"eid", "nevaeh"} <= real_words()


def test_a_short_word_gives_only_swaps_and_doublings() -> None:
    assert set(slips("kill")) == {"klil", "kill", "kkill", "kiill", "killl"}


def test_no_made_slip_is_a_real_or_a_taken_word() -> None:
    table = spelling_table(["bridge", "knife"], {}, {"brigde"})
    assert not set(table) & real_words()
    assert "brigde" not in table
    assert table["knfie"] == "knife"


def test_written_misspellings_always_count() -> None:
    assert spelling_table([], {"suicide": ["sewerslide"]}, set()) == {"sewerslide": "suicide"}
