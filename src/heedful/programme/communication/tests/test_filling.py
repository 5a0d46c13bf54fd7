"""Placeholders: what they stand for, that an unknown one is refused, and what has drifted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from heedful.captures.monitoring_words import CAPTURE_FROM_WORDS, EARLIER_LINES, KEPT_WORDS
from heedful.captures.queries.monitoring import HelpLine, KeptFor, MonitoringFacts, Seers
from heedful.captures.retention import BOUNDS
from heedful.captures.rules import Source
from heedful.people.rules import AgeBand, RoleName, Stage
from heedful.programme.communication.filling import MEANINGS, UnknownPlaceholder, drift_of, fill, listed, placeholders_in, values_of
from heedful.programme.communication.texts import SPECS, TextKey, Words, blocks_of, ready_text

FACTS = MonitoringFacts(
    school_id=1, school="Larkfield Academy", stage=Stage.PILOT, launch_on=date(2027, 1, 12), pilot_groups=("8K", "9B"), live_groups=(),
    bands=(AgeBand.KS3,), pilot_bands=(AgeBand.KS3,), hours=("Monday to Friday 08:00 to 17:00",), sources=((Source.TYPED, "words typed into web pages"),), models=(),
    never=("Passwords are never read.",), earlier_lines=EARLIER_LINES, capture_from=2, capture_from_words=CAPTURE_FROM_WORDS[2], pictures=False,
    monitors_staff=False, kept=tuple(KeptFor(kind, KEPT_WORDS[kind], bounds.default, bounds.counted_from) for kind, bounds in BOUNDS.items()),
    who_sees=(Seers(RoleName.DSL, 1, "everything"), Seers(RoleName.DEPUTY, 2, "everything")), next_read="Read on school days.",
    help_lines=(HelpLine("Childline", "0800 1111", "", "https://www.childline.org.uk"),), themes=("self-harm", "bullying"), languages=("English",),
    where=("Here.",), processors=(),
)  # fmt: skip
VALUES = values_of(FACTS, public_page="https://heedful.larkfield.example/about-monitoring/1/")


def test_every_placeholder_has_a_meaning_and_a_value() -> None:
    assert set(VALUES) == set(MEANINGS)
    assert [name for name, value in VALUES.items() if not value.strip()] == []


@pytest.mark.parametrize("key", list(TextKey), ids=str)
def test_every_ready_text_can_be_filled(key: TextKey) -> None:
    words = fill(ready_text(key), VALUES)
    assert words.title
    assert "{" not in words.title + words.body
    assert SPECS[key].audiences


def test_values_are_plain_phrases() -> None:
    assert VALUES["who_sees"] == "the designated safeguarding lead and the deputy safeguarding leads"
    assert VALUES["launch_date"] == "12 January 2027"
    assert VALUES["pilot_groups"] == "8K and 9B"
    assert VALUES["help_lines"] == "Childline 0800 1111"
    assert listed(["a"]) == "a"
    assert listed([]) == ""


def test_the_letters_say_whether_trained_models_judge() -> None:
    now = values_of(replace(FACTS, models=("a small one",)), public_page="")
    assert "no AI" in fill(ready_text(TextKey.PARENTS), VALUES).body
    assert "a kind of AI" in fill(ready_text(TextKey.PUPILS_KS3), now).body
    [drift] = drift_of(placeholders_in(ready_text(TextKey.PARENTS)), VALUES | {"public_page": ""}, now)
    assert drift.meaning == "whether trained models judge lines"


def test_an_unknown_placeholder_is_refused_with_its_place_and_the_nearest_one() -> None:
    with pytest.raises(UnknownPlaceholder) as fault:
        fill(Words("About {skool}", "First\nIt reads {hour}.\nNo {such thing}"), VALUES)
    assert str(fault.value) == (
        "title: there is no {skool}; did you mean {school}? line 2: there is no {hour}; did you mean {hours}? "
        "line 3: there is no {such thing}. The ones that there are stand below the text."
    )


def test_what_has_drifted_is_what_the_text_says_and_the_settings_no_longer_do() -> None:
    words = Words("{school}", "It reads {hours}. {pictures}")
    now = VALUES | {"hours": "at any hour", "kept_unread": "60 days"}
    [drift] = drift_of(placeholders_in(words), VALUES, now)
    assert (drift.name, drift.old, drift.new) == ("hours", "Monday to Friday 08:00 to 17:00", "at any hour")


def test_a_text_is_split_into_headings_lists_and_paragraphs() -> None:
    blocks = blocks_of("One\ntwo\n\nthree\n## Head\n- a\n- b\nfour")
    assert [(block.kind, block.lines) for block in blocks] == [
        ("text", ("One", "two")), ("text", ("three",)), ("heading", ("Head",)), ("list", ("a", "b")), ("text", ("four",)),
    ]  # fmt: skip
