"""The reading age: the published formulas on a worked example, syllables against a count by hand, and the ready texts for pupils."""

from __future__ import annotations

import pytest

from heedful.programme.communication.readability import ease_of, grade_of, reading_of, syllables_of
from heedful.programme.communication.texts import SPECS, TextKey, ready_text

# Counted by hand, with a dictionary for those in doubt: words of the ready texts, the awkward ones above all.
BY_HAND = {
    "about": 2, "account": 2, "acknowledge": 3, "anybody": 4, "apps": 1, "asked": 1, "because": 2, "behaviour": 3, "browser": 2, "bullying": 3,
    "called": 1, "camera": 3, "children": 2, "comes": 1, "complain": 2, "computer": 3, "concern": 2, "coverage": 3, "covered": 2, "data": 2,
    "decided": 3, "deleted": 3, "device": 2, "devices": 3, "disability": 5, "does": 1, "earlier": 3, "ended": 2, "everybody": 4, "families": 3,
    "figures": 2, "governors": 3, "grade": 1, "guidance": 2, "happens": 2, "holidays": 3, "information": 4, "itself": 2, "language": 2, "little": 2,
    "looked": 1, "machine": 2, "microphone": 3, "monitored": 3, "moved": 1, "named": 1, "nobody": 3, "people": 2, "person": 2, "pictures": 2,
    "policy": 3, "protection": 3, "punishes": 3, "pupils": 2, "question": 2, "recorded": 3, "reviewed": 2, "safeguarding": 3, "scared": 1,
    "severity": 4, "sexuality": 5, "someone": 2, "suggestion": 3, "technician": 3, "things": 1, "times": 1, "trained": 1, "trouble": 2, "used": 1,
    "visible": 3, "whatever": 3, "words": 1, "worried": 2, "written": 2,
}  # fmt: skip


def test_the_figures_of_a_known_sentence() -> None:
    """'The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.': 13 words, 24 syllables, ease 37.455 by Flesch's formula."""
    assert round(ease_of(13, 1, 24), 3) == 37.455
    assert round(grade_of(13, 1, 24), 3) == 11.265


def test_syllables_are_within_three_in_a_hundred_of_a_count_by_hand() -> None:
    counted = {word: syllables_of(word) for word in BY_HAND}
    assert abs(sum(counted.values()) - sum(BY_HAND.values())) <= 0.03 * sum(BY_HAND.values())
    assert sum(counted[word] != BY_HAND[word] for word in BY_HAND) <= 0.1 * len(BY_HAND)


@pytest.mark.parametrize("key", [key for key, spec in SPECS.items() if spec.most_age], ids=str)
def test_the_ready_texts_keep_to_the_reading_age_of_their_readers(key: TextKey) -> None:
    age, most = reading_of(ready_text(key).body).age, SPECS[key].most_age
    assert age is not None
    assert most is not None
    assert age <= most


def test_long_words_and_sentences_raise_the_age() -> None:
    easy = "The cat sat on the mat. It was warm. " * 5
    hard = "Notwithstanding institutional responsibilities regarding proportionality, organisational safeguarding arrangements necessitate documentation. " * 4
    ages = [reading_of(text).age for text in (easy, hard)]
    assert ages[0] == 5
    assert ages[1] is not None
    assert ages[1] > 18


def test_a_few_words_have_no_figure() -> None:
    assert reading_of("You can always tell a grown-up.").age is None
    assert reading_of("").words == 0


def test_addresses_numbers_and_marks_of_lists_are_no_words() -> None:
    assert reading_of("## Who sees it\n- see https://heedful.example/about 0800 1111").words == 4
