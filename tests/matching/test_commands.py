"""`heedful assess` and `npm run match` at the door: order, bad lines, exit status, the same answers."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heedful.cli import main
from heedful.commands._assess_told import explained
from heedful.commands._layers import on_device
from heedful.commands._layers import told as layers_told
from heedful.commands._streams import CHUNK_LINES, Chunk, Progress, answer_in_order, numbered
from heedful.detection.detector import Detector
from heedful.detection.engine import assess
from heedful.detection.shipped import WEIGHTS
from heedful.detection.tests import small
from heedful.detection.values import Assessment, Observation

COMMAND = [sys.executable, "-c", "import sys; from heedful.cli import main; sys.exit(main())", "assess"]
MANY = b"".join(b'{"id":%d,"text":"see you at lunch"}\n' % number for number in range(20_000))
DEVICE = "phrases,model" if WEIGHTS.exists() else "phrases"  # what a device judges with
EXTENSION = Path(__file__).parents[2] / "extension"
LINES = b'{"id":"a","text":"i want to kill myself"}\nnot json\n\n{"id":2,"text":"see you at lunch","source":"typed"}\n{"id":"c","text":"i want to die \xe2\x80\xa6","age_band":"ks3"}'


def _assess(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], input=given, capture_output=True)


def _faults(err: bytes) -> bytes:
    """What stands below the line that says which layers take part."""
    first, _, rest = err.partition(b"\n")
    assert first.startswith(b"judged by phrases")
    return rest


def _matched(given: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["npm", "run", "-s", "match"], cwd=EXTENSION, input=given, capture_output=True)


def test_assess_answers_good_lines_in_order_and_names_bad_ones() -> None:
    done = _assess("-", "--jsonl", given=LINES)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", 2, "c"]
    assert (done.returncode, _faults(done.stderr)) == (2, b"line 2: is not JSON\n")
    assert answers[0]["severity"] == 5
    assert list(answers[0]) == ["id", "severity", "themes", "findings"]
    assert list(answers[0]["findings"][0]) == ["theme", "start", "end", "rule", "why"]
    assert answers[1] == {"id": 2, "severity": 0, "themes": {}, "findings": []}


def test_match_answers_the_same_and_says_what_leaves() -> None:
    done, ours = _matched(LINES), _assess("--jsonl", "--layers", DEVICE, given=LINES)
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


def test_many_processes_answer_as_one_does_in_order_and_tell_faults_by_line() -> None:
    given = b"".join(b"not json\n" if n % 700 == 5 else b'{"id":%d,"text":"i want to kill myself %d"}\n' % (n, n) for n in range(3 * CHUNK_LINES))
    one, three = (_assess("--jsonl", "--workers", count, given=given) for count in ("1", "3"))
    assert three.stdout == one.stdout
    assert three.stderr == one.stderr
    assert _faults(one.stderr) == b"".join(b"line %d: is not JSON\n" % (n + 1) for n in (5, 705, 1405))
    assert (one.returncode, three.returncode) == (2, 2)


def _length(chunk: Chunk, _asked: None) -> int:
    return len(chunk)


def test_no_more_is_read_than_the_processes_can_hold() -> None:
    read = 0

    def lines() -> Iterator[bytes]:
        nonlocal read
        for _ in range(100 * CHUNK_LINES):
            read += 1
            yield b"x"

    answers = answer_in_order(numbered(lines()), lambda chunk: len(chunk), _length, None, workers=2)
    assert next(answers) == CHUNK_LINES
    assert read <= 8 * CHUNK_LINES
    answers.close()


def test_a_reader_that_goes_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_bytes(MANY)
    started = subprocess.Popen([*COMMAND, str(tmp_path / "many.jsonl"), "--jsonl", "--workers", "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdout.readline()
    started.stdout.close()
    assert _faults(started.stderr.read()) == b""
    assert started.wait() == 141


def test_an_interrupt_ends_it_with_whole_answers(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    started = subprocess.Popen([*COMMAND, "--jsonl", "--workers", "2"], stdin=reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.close(reading)
    os.write(writing, MANY[:60_000])  # and then nothing: it waits for more
    for _ in range(200):
        time.sleep(0.1)  # until it waits for more
        if _waits(started.pid):
            break
    started.send_signal(signal.SIGINT)
    out, err = started.communicate()
    os.close(writing)
    assert (started.returncode, _faults(err)) == (130, b"stopped; the answers so far are complete\n")
    assert all(json.loads(line) for line in out.splitlines())


def _waits(pid: int) -> bool:
    """Whether the process has loaded what it needs and read all that was written."""
    return "onnxruntime" in Path(f"/proc/{pid}/maps").read_text() and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "S"


def test_progress_is_told_to_a_terminal_only(tmp_path: Path) -> None:
    (tmp_path / "lines").write_bytes(b"x" * 1000)
    err = io.StringIO()
    with (tmp_path / "lines").open("rb") as lines:
        lines.seek(500)
        for shown in (False, True):
            progress = Progress(lines, err, shown=shown)
            progress.step(7)
            progress.aside("line 3: is not JSON")
            progress.end()
    assert err.getvalue().count("line 3: is not JSON") == 2
    assert "] " in err.getvalue()
    assert " 50%  7 lines" in err.getvalue()
    assert err.getvalue().count("7 lines in") == 1


@pytest.mark.parametrize(("given", "told"), [("phrases,modl", b"no layer 'modl'; there are phrases, model, encoder"), (",", b"no layer named")])
def test_a_layer_that_is_none_is_told(given: str, told: bytes) -> None:
    done = _assess("--layers", given, given=b"x")
    assert done.returncode == 2
    assert told in done.stderr


def test_json_lines_explain_every_finding() -> None:
    done = _assess("--jsonl", "--explain", "--layers", "phrases", given=b'{"id":1,"text":"i want to k1ll myself"}')
    answer = json.loads(done.stdout)
    assert (answer["severity"], answer["leaves_device"], answer["silenced"], answer["said"]) == (5, True, [], [])
    assert answer["findings"][0]["words"] == "k1ll myself"
    assert answer["findings"][0]["steps"] == ["Starts at severity 5", "a word in it was disguised or misspelt"]


def test_a_person_is_told_every_reason_also_without_colour() -> None:
    text = "k1ll myself"
    assessment = assess(Observation(text), bundle=small.bundle())
    silenced = Assessment(silenced=assessment.findings, said=("Of lines like this one, 2 in 100 are serious.",))
    plain = explained(text, assessment, {"suicide": "Suicide"}, leaves_device=True)
    assert plain.splitlines()[:3] == ["5 urgent  k1ll myself", "  leaves the device", "  5 urgent  Suicide: “k1ll myself”"]
    assert "      - a word in it was disguised or misspelt" in plain.splitlines()
    assert "\x1b" not in plain
    assert "\x1b[1;31m5 urgent" in explained(text, assessment, {}, leaves_device=True, colour=True)
    quiet = explained(text, silenced, {}, leaves_device=False)
    assert "stays on the device" in quiet
    assert "silenced, counts for nothing:" in quiet
    assert "2 in 100" in quiet


def test_whether_a_line_leaves_is_the_devices_own_answer() -> None:
    """What only the server's layers see stays on the device; what they take for harmless has left it all the same."""
    observation, detector = Observation("k1ll myself"), Detector(small.bundle(), layers=frozenset(("encoder",)))
    assert detector.assess(observation).severity == 0
    assert on_device(detector, observation, "unknown").leaves_device()


def test_the_layers_that_take_part_are_told_and_those_that_are_not_here() -> None:
    assert layers_told(Detector(small.bundle())) == "judged by phrases; no weights here for model, encoder"
    assert layers_told(Detector(small.bundle(), layers=frozenset(("phrases",)))) == "judged by phrases"
