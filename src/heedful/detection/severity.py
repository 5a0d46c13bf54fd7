"""From findings to scores and severities, in whole thousandths. docs/detection.md, "Fuse"."""

from collections.abc import Iterable, Sequence

from heedful.detection.values import Finding

WEIGHTS = (0, 200, 400, 600, 800, 950)


def fuse_weights(severities: Iterable[int]) -> int:
    """One score in thousandths from severities 1-5: 1000 less the product of what each leaves over, rounded down each time."""
    left = 1000
    for severity in sorted(severities, reverse=True):
        left = left * (1000 - WEIGHTS[severity]) // 1000
    return 1000 - left


def fuse(findings: Sequence[Finding]) -> tuple[dict[str, int], dict[str, int]]:
    """(theme scores, theme severities), themes in alphabetical order; each rule counts once, at its greatest."""
    greatest: dict[str, dict[str, int]] = {}
    for finding in findings:
        rules = greatest.setdefault(finding.theme, {})
        rules[finding.rule] = max(rules.get(finding.rule, 0), finding.severity)
    themes = sorted(greatest)
    return {t: fuse_weights(greatest[t].values()) for t in themes}, {t: max(greatest[t].values()) for t in themes}
