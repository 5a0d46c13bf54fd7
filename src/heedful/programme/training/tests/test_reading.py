"""Modules as text: what is shipped is whole, what a school writes is checked line by line, and nothing brings HTML along."""

from __future__ import annotations

import pytest

from heedful.people.rules import RoleName
from heedful.programme.training.markdown import shown
from heedful.programme.training.reading import ModuleRefused, read_module
from heedful.programme.training.shipped import shipped_modules
from heedful.programme.training.views.people import EXAMPLE

# Careful reading of plain prose: 238 words a minute on average for adults who read for themselves (Brysbaert 2019, doi 10.1016/j.jml.2019.104047),
# fewer where one reads to be asked about it.
WORDS_A_MINUTE = 180
MINUTES_A_QUESTION = 0.75


def faults(text: str) -> list[str]:
    with pytest.raises(ModuleRefused) as refused:
        read_module("own", text, name="ours.md", is_own=True)
    return refused.value.faults


@pytest.mark.parametrize("key", ["awareness", "short", "reviewers", "behaviour", "technicians", "governors", "prevent"])
def test_each_module_says_truly_how_long_it_takes_and_where_it_comes_from(key: str) -> None:
    [module] = [module for module in shipped_modules() if module.key == key]
    takes = len(module.text.split()) / WORDS_A_MINUTE + MINUTES_A_QUESTION * len(module.questions)
    assert abs(takes - module.minutes) <= 2
    assert 10 <= module.minutes <= 20 or key == "short"
    assert 6 <= len(module.questions) <= 10 or key == "short"
    assert module.sources
    assert all(question.why for question in module.questions)


def test_every_role_is_asked_for_what_it_needs() -> None:
    asked = {role: {module.key for module in shipped_modules() if module.is_for(frozenset({role})) and not module.stands_in_for} for role in RoleName}
    assert asked[RoleName.STAFF] == {"awareness"}
    assert asked[RoleName.DSL] == asked[RoleName.DEPUTY] == {"awareness", "reviewers", "prevent"}
    assert asked[RoleName.BEHAVIOUR] == {"awareness", "reviewers", "behaviour"}
    assert asked[RoleName.TECHNICIAN] == {"awareness", "technicians"}
    assert asked[RoleName.GOVERNOR] == {"awareness", "governors"}
    assert asked[RoleName.HEAD] == {"awareness", "governors", "prevent"}


def test_prevent_counts_for_two_years_and_the_others_for_one() -> None:
    assert {module.key: str(module.counts_for) for module in shipped_modules() if str(module.counts_for) != "12 months"} == {
        "prevent": "24 months",
        "short": "6 weeks",
    }


def test_the_right_answer_does_not_always_stand_in_the_same_place() -> None:
    places = {min(question.right) for module in shipped_modules() for question in module.questions}
    assert places >= {0, 1, 2}


def test_the_example_that_the_page_offers_is_a_module() -> None:
    module = read_module("own", EXAMPLE, name="example.md", is_own=True)
    assert (module.title, module.minutes, len(module.questions), module.audience) == ("Phones at our school", 5, 1, frozenset())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("## What", "<b>Here</b>\n\n## What"), "ours.md, line 13: raw HTML is not shown; write it in Markdown"),
        (("Phones stay", "See <script>x</script>. Phones stay"), "ours.md, line 15: raw HTML is not shown; write it in Markdown"),
        (("Phones stay", "![map](https://elsewhere.example/map.png) Phones stay"), "ours.md, line 15: pictures are not taken"),
        (("Phones stay", "[here](http://plain.example) Phones stay"), "ours.md, line 15: a link needs an address that begins with https://"),
        (("## What", "# What"), "ours.md, line 13: begin headings with ##"),
        (("minutes: 5", "minutes: soon"), "ours.md, line 4: 'minutes' takes a number from 1 to 120"),
        (("counts_for: 12 months", "counts_for: ever"), "ours.md, line 5: 'counts_for' takes '12 months' or '6 weeks'"),
        (("[everybody]", "[teachers]"), "ours.md, line 3: 'for' takes a list of"),
        (("title: Phones", "titel: Phones"), "ours.md, line 2: 'titel' is not known"),
        (('right: ["In the locker"]', "right: []"), "ours.md, line 7: question 1: 'right' and 'wrong' each take a list"),
        (("minutes: 5", "minutes: 5\nopens_captures: true"), "ours.md, line 5: only Heedful's own modules open captures"),
        (("minutes: 5", "minutes: [5"), "ours.md, line 5: this is no YAML"),
        (("---\ntitle", "title"), "ours.md, line 1: a module begins with ---"),
    ],
)
def test_a_fault_is_told_with_its_line(change: tuple[str, str], fault: str) -> None:
    old, new = change
    assert old in EXAMPLE
    assert [each for each in faults(EXAMPLE.replace(old, new, 1)) if each.startswith(fault)] != []


def test_all_faults_of_a_file_are_told_together() -> None:
    assert len(faults(EXAMPLE.replace("minutes: 5", "minutes: soon").replace("## What", "<p>\n\n## What"))) == 2


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A **word** and *another*.", "<p>A <strong>word</strong> and <em>another</em>.</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](http://plain.example)", "<p>x</p>"),
        ("[x](https://gov.example/a?b=1&c=2)", '<p><a href="https://gov.example/a?b=1&amp;c=2" rel="noreferrer">x</a></p>'),
        ("![map](https://elsewhere.example/map.png)", "<p>map</p>"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("## A & B", "<h2>A &amp; B</h2>"),
    ],
)
def test_what_is_shown_is_escaped_and_loads_nothing(text: str, html: str) -> None:
    assert shown(text) == html
