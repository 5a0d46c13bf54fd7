"""Read lines in the compact form in which people write them, and add them to the corpus.

    python -m training.blocks NEW.txt...

    # theme=self_harm band=ks3
    3 f dis t n | i keep my sleeves down even in pe now, nobody can see what i did
    0 f oth t n | i keep my sleeves down even in pe now its freezing
    < dont tell ur mum we talk
    4 f oth r n +learner | come meet me saturday, just us

A header stays in force until the next; `theme=none` for lines near no theme, `lang=pl` for another language. Then a line each: severity,
person, intent, source, `k` or `n` for a keyword in it, perhaps a group, and behind the bar the text. Earlier lines stand before it, opened by
`<`. An empty line ends a block: lines that share their words. Lines that the corpus has, or that are near-copies of what the
evaluation keeps apart, are left out.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from heedful.detection.labelled import Line, LineFault, read_folder, read_lines, write_lines
from heedful.detection.values import THEMES
from training.corpora import CORPUS
from training.near import near_copies

PERSONS = {"f": "first", "s": "second", "t": "third", "n": "none"}
INTENTS = {
    "dis": "disclosure", "thr": "threat", "see": "seeking", "wor": "worry", "stu": "study", "jok": "joke", "fic": "fiction", "quo": "quotation", "oth": "other",
}  # fmt: skip
SOURCES = {"t": "typed", "s": "searched", "a": "ai_chat", "h": "file", "d": "displayed", "r": "received"}
BANDS = ("ks1", "ks2", "ks3", "ks4", "ks5", "unknown")
EVERYDAY = "everyday"  # the file of lines near no theme
_LINE = re.compile(r"([0-5])\s+([fstn])\s+(\w{3})\s+(\w)\s+([kn])\s*(?:\+\s*(\w+))?(?:\s*\+\s*\w+)*\s*\|\s?(.+)")


@dataclass(frozen=True, slots=True)
class Written:
    """One line as it was written, and the theme that it stands beside: its own, or its block's where it is harmless."""

    line: Line
    beside: str


def read_blocks(name: str, text: str) -> list[Written]:
    """Every line of one file. Raises LineFault with all that is wrong in it; never quotes a line."""
    found: list[Written] = []
    faults: list[str] = []
    header = {"theme": "none", "band": "unknown", "lang": "en"}
    block, before = 1, list[str]()
    for number, raw in enumerate(text.split("\n"), 1):
        said = raw.strip()
        match = _LINE.fullmatch(said)
        if not said or said.startswith("#"):
            block, before = block + 1, []
            header |= dict(re.findall(r"(theme|band|lang)=(\S+)", said))
        elif said.startswith("<"):
            before.append(said[1:].strip())
        elif match and header["theme"] in (*THEMES, "none") and header["band"] in BANDS and match[3] in INTENTS and match[4] in SOURCES:
            found.append(_written(match, header, f"{name}-{len(found) + 1}", f"{name}-{block}", tuple(before)))
            before = []
        else:
            faults.append(f"{name}, line {number}: is neither a header, an empty line nor a line of the form; see training/blocks.py")
    if faults:
        raise LineFault("\n".join(faults))
    return found


def _written(match: re.Match[str], header: dict[str, str], name: str, block: str, before: tuple[str, ...]) -> Written:
    severity, person, intent, source, keyword, group, text = match.groups()
    theme = "" if header["theme"] == "none" else header["theme"]
    line = Line(
        name, text, int(severity), theme if int(severity) else "", PERSONS[person], INTENTS[intent], header["band"], SOURCES[source],  # type: ignore[arg-type]
        keyword == "k", group if group in ("lgbt", "faith", "race", "disability", "dialect", "learner") else "", header["lang"], block, before,
    )  # fmt: skip
    return Written(line, theme or EVERYDAY)


def new_lines(written: Iterable[Written], known: Iterable[Line], apart: Iterable[Line]) -> Iterator[Written]:
    """Those that nobody has written before and that are near nothing that stands apart."""
    seen = {(line.text.casefold(), line.before) for line in known}
    rows = list(written)
    copies = near_copies([one.line for one in rows], apart)
    for one in rows:
        key = (one.line.text.casefold(), one.line.before)
        if key not in seen and one.line.id not in copies and not (one.line.severity and one.beside == EVERYDAY):
            seen.add(key)
            yield one


def add(files: Iterable[Path], corpus: Path, apart: Iterable[Line]) -> int:
    """Add the new lines of some files to the corpus, by theme; how many there were. Ids go on from the file's name."""
    written = [one for path in files for one in read_blocks(path.stem, path.read_text("utf-8"))]
    by_file: dict[str, list[Line]] = defaultdict(list)
    known = read_folder(corpus)
    taken = {line.id for line in known}
    for one in new_lines(written, known, apart):
        line = one.line if one.line.id not in taken else replace(one.line, id=f"{one.line.id}b")
        by_file[one.beside].append(line)
    for name, lines in by_file.items():
        path = corpus / f"{name}.jsonl"
        write_lines(path, [*(read_lines(path) if path.exists() else ()), *lines])
    return sum(map(len, by_file.values()))


def main() -> int:
    """0 when all files were read, 2 with every fault otherwise; then nothing is added."""
    parser = argparse.ArgumentParser(prog="python -m training.blocks", description="Add lines to the corpus.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--apart", type=Path, required=True, help="the folder of lines that the corpus must hold no near-copy of")
    args = parser.parse_args()
    try:
        print(f"added {add(args.files, CORPUS, read_folder(args.apart))} lines")
    except LineFault as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
