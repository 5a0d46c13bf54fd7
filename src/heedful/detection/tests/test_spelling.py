"""Slips of the finger never are another real word."""

from heedful.detection.spelling import likely_words, meant_words, plain_slips, real_words, slips, word_weight


def test_slips_of_a_word() -> None:
    made = set(slips("suicide"))
    assert {"sucide", "siucide", "suicidde", "suicude", "suicise", "uicide"} <= made
    assert "suicides" not in made


def test_plain_slips_are_told_by_length() -> None:
    assert set(plain_slips("gun")) == {"nug", "gnu", "guun", "gunn", "gyn", "gin", "gjn"}
    assert {"llik", "klil", "kiill", "kikl"} <= set(plain_slips("kill"))
    assert "kil" not in set(plain_slips("kill"))
    assert {"kife", "knufe", "efink"} <= set(plain_slips("knife"))


def test_no_name_is_taken_for_a_word_backwards() -> None:
    assert {"eid", "nevaeh"} <= real_words()


def test_a_short_word_gives_only_swaps_and_doublings() -> None:
    assert set(slips("kill")) == {"klil", "kill", "kkill", "kiill", "killl"}


def test_no_made_slip_is_taken() -> None:
    meant = meant_words({"bridge": 1, "knife": 1}, set(), {"bridge", "knife"}, lambda slip: slip in real_words() or slip == "brigde")
    assert not set(meant) & real_words()
    assert "brigde" not in meant
    assert meant["knfie"] == "knife"


def test_a_slip_that_words_share_is_the_likeliest_word() -> None:
    weights = {word: word_weight(word, is_serious=False, is_fuzzy=False) for word in ("noose", "soon", "cop", "floor", "for")}
    meant = meant_words(weights, set(weights), set(), real_words().__contains__)
    assert (meant["foor"], meant["noos"]) == ("for", "soon")


def test_serious_words_weigh_more() -> None:
    assert (
        word_weight("kill", is_serious=True, is_fuzzy=True)
        > word_weight("kill", is_serious=True, is_fuzzy=False)
        > word_weight("kill", is_serious=False, is_fuzzy=False)
    )


def test_a_word_of_another_language_may_stand_for_several() -> None:
    assert likely_words({"how": 3, "who": 2, "woe": 1}, {"woh", "dei"}) == {"how": ["woh"], "who": ["woh"]}
