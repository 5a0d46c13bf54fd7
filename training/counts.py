"""How many lines the corpus has, by theme, severity and language: `python -m training.counts` writes `corpus/counts.md` anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from heedful.detection.labelled import Line, read_folder
from heedful.detection.values import THEMES
from training.corpora import CORPUS

COUNTS = CORPUS / "counts.md"
HARMLESS = "none (harmless)"


def counts(lines: Sequence[Line]) -> str:
    """The page, as Markdown."""
    themes = _rows([*THEMES, HARMLESS], ((line.theme or HARMLESS, line) for line in lines))
    by_language = Counter(line.language for line in lines)
    languages = _rows(sorted(by_language, key=lambda name: (-by_language[name], name)), ((line.language, line) for line in lines))
    groups = Counter(line.group for line in lines if line.group)
    head = "| {} | lines | severity 0 | 1 | 2 | 3 | 4 | 5 |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    return "\n".join(
        [
            "# How many lines the corpus has", "",
            (f"Written by `python -m training.counts`. {len(lines):,} lines in all, {sum(line.severity >= 3 for line in lines):,} of them of severity 3 or more; "
            f"{sum(bool(line.before) for line in lines):,} with earlier lines; {sum(line.severity >= 3 and not line.keyword for line in lines):,} of severity 3 or more without a keyword."), "",
            head.format("theme"), *themes, "",
            head.format("language"), *languages, "",
            f"By who is written about, or how: {', '.join(f'{name} {number:,}' for name, number in sorted(groups.items()))}.", "",
        ]
    )  # fmt: skip


def _rows(names: Iterable[str], lines: Iterable[tuple[str, Line]]) -> list[str]:
    by_name = Counter((name, line.severity) for name, line in lines)
    return [f"| {name} | {sum(row := [by_name[name, level] for level in range(6)]):,} | {' | '.join(f'{number:,}' for number in row)} |" for name in names]


if __name__ == "__main__":
    COUNTS.write_text(counts(read_folder(CORPUS)), "utf-8")
