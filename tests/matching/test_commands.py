"""`heedful assess` and `npm run match` at the door: order, bad lines, exit status, the same answers."""

import json
import subprocess
import sys
from pathlib import Path

from heedful.cli import main

EXTENSION = Path(__file__).parents[2] / "extension"
LINES = b'{"id":"a","text":"i want to kill myself"}\nnot json\n\n{"id":2,"text":"see you at lunch","source":"typed"}\n{"id":"c","text":"i want to die \xe2\x80\xa6","age_band":"ks3"}'


def _assess(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", "import sys; from heedful.cli import main; sys.exit(main())", "assess", *arguments], input=given, capture_output=True)


def _matched(given: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["npm", "run", "-s", "match"], cwd=EXTENSION, input=given, capture_output=True)


def test_assess_answers_good_lines_in_order_and_names_bad_ones() -> None:
    done = _assess("-", "--jsonl", given=LINES)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", 2, "c"]
    assert (done.returncode, done.stderr) == (2, b"line 2: is not JSON\n")
    assert answers[0]["severity"] == 5
    assert list(answers[0]) == ["id", "severity", "themes", "findings"]
    assert list(answers[0]["findings"][0]) == ["theme", "start", "end", "rule", "why"]
    assert answers[1] == {"id": 2, "severity": 0, "themes": {}, "findings": []}


def test_match_answers_the_same_and_says_what_leaves() -> None:
    done, ours = _matched(LINES), _assess("--jsonl", given=LINES)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.pop("leaves_device") for answer in answers] == [True, False, True]
    assert answers == [json.loads(line) for line in ours.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (2, b"line 2: is not JSON\n")


def test_a_file_that_is_not_there_is_told() -> None:
    done = _assess("no-such-file.jsonl", "--jsonl")
    assert (done.returncode, done.stderr) == (2, b"no-such-file.jsonl: No such file or directory\n")


def test_plain_lines_are_told_for_a_person(tmp_path: Path, capsys: object) -> None:
    (tmp_path / "lines.txt").write_text("i want to kill myself\n")
    assert main(["assess", str(tmp_path / "lines.txt")]) == 0
    assert "suicide.kill-myself: 'kill myself'" in capsys.readouterr().out  # type: ignore[attr-defined]
