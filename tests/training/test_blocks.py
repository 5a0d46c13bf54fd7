"""Lines are read from the compact form in which people write them."""

from pathlib import Path

import pytest

from heedful.detection.labelled import Line, LineFault, read_lines
from training.blocks import add, read_blocks

BLOCKS = """# theme=self_harm band=ks3
3 f dis t n | sleeves down in pe so nobody sees
0 f oth t n | sleeves down in pe as its freezing

< dont tell ur mum we talk
4 f oth r n +learner | come meet me saturday just us
# theme=none band=ks2
0 n oth s k | can wasps die in winter
"""


def test_a_line_has_what_was_written_of_it() -> None:
    first, second, third, fourth = (one.line for one in read_blocks("new", BLOCKS))
    assert (first.severity, first.theme, first.person, first.intent, first.band, first.keyword) == (3, "self_harm", "first", "disclosure", "ks3", False)
    assert (second.severity, second.theme, second.block) == (0, "", first.block)
    assert (third.before, third.source, third.group) == (("dont tell ur mum we talk",), "received", "learner")
    assert (third.block != first.block, fourth.keyword, fourth.band) == (True, True, "ks2")


def test_all_faults_are_told_with_their_lines_and_never_the_text() -> None:
    with pytest.raises(LineFault, match=r"new, line 2: .*\nnew, line 3: ") as told:
        read_blocks("new", "# theme=suicide band=ks3\n9 f dis t n | secret words\nsecret words\n")
    assert "secret" not in str(told.value)


def test_an_unknown_theme_is_a_fault() -> None:
    with pytest.raises(LineFault, match="new, line 2"):
        read_blocks("new", "# theme=selfharm band=ks3\n3 f dis t n | words\n")


def test_only_new_lines_are_added_and_none_that_stands_apart(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    file = tmp_path / "new.txt"
    file.write_text(BLOCKS)
    apart = [Line("x", "can wasps die in winter", 0)]
    assert add([file], tmp_path / "corpus", apart) == 3
    assert add([file], tmp_path / "corpus", apart) == 0
    assert len(read_lines(tmp_path / "corpus" / "self_harm.jsonl")) == 3
