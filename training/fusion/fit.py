"""Fit the fusion: a logistic function for each severity and each theme, on lines that no layer has seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from heedful.detection.fusion import FORMAT, LEVELS, Evidence
from heedful.detection.values import THEMES

SETS = {"model": (True, False), "encoder": (False, True), "model+encoder": (True, True)}
RIDGE = 1e-3
# The share of harmless lines that may reach a severity, by which `holds_from` is chosen: of ordinary text, and of lines that look like a worry.
ORDINARY_AT = {1: 1 / 1500, 2: 1 / 3000, 3: 1 / 7000, 4: 1 / 12000, 5: 1 / 20000}
HARD_AT = {1: 1 / 20, 2: 1 / 30, 3: 1 / 70, 4: 1 / 160, 5: 1 / 400}


@dataclass(frozen=True)
class Judged:
    """One line of the calibration part: what the layers said, what it is, and how many like it it stands for."""

    evidence: Evidence
    severity: int
    theme: str
    is_ordinary: bool
    weight: float = 1.0


def fit(rows: Sequence[Judged], path: Path) -> None:
    """Write the fusion's numbers. A model that was not asked about a row (a word alone) counts as saying nothing: 0."""
    fitted = {name: _fit_set(rows, has_model, has_encoder) for name, (has_model, has_encoder) in SETS.items()}
    path.write_text(json.dumps({"format": FORMAT, "fitted": fitted}, indent=1) + "\n", "utf-8")


def _fit_set(rows: Sequence[Judged], has_model: bool, has_encoder: bool) -> dict[str, object]:
    weights = np.array([row.weight for row in rows])
    phrases = _steps([max(row.evidence.phrases.values(), default=0) for row in rows])
    model = np.array([(row.evidence.model or 0.0) if has_model else 0.0 for row in rows])
    levels: list[list[float]] = []
    holds: list[float] = []
    lower = np.ones(len(rows))
    for level in LEVELS:
        encoder = np.array([row.evidence.encoder[level - 1] if has_encoder and row.evidence.encoder else 0.0 for row in rows])
        aims = np.array([float(row.severity >= level) for row in rows])
        point = _logistic(np.column_stack([model, encoder, phrases]), aims, weights)
        chances = np.minimum(lower, _chances(point, model, encoder, phrases))
        ordinary = _passed(chances[[row.is_ordinary for row in rows]], ORDINARY_AT[level])
        hard = _passed(chances[[row.severity == 0 and not row.is_ordinary for row in rows]], HARD_AT[level])
        holds.append(max(ordinary, hard, *holds[-1:]))
        levels.append(_row(point))
        lower = chances
    return {"levels": levels, "holds_from": [round(value, 4) for value in holds], "themes": _fit_themes(rows, has_model, has_encoder)}


def _passed(chances: np.ndarray, share: float) -> float:
    """Just above the chance that so large a share passes."""
    ordered = np.sort(chances)[::-1]
    return float(ordered[min(len(ordered) - 1, int(len(ordered) * share))] + 1e-6)


def _fit_themes(rows: Sequence[Judged], has_model: bool, has_encoder: bool) -> dict[str, list[float]]:
    """One slope for all themes, then a bias for each: most have too few lines for slopes of their own."""
    pooled: list[tuple[float, float, int, float, float, str]] = [
        (
            row.evidence.model_themes.get(theme, 0.0) if has_model else 0.0,
            row.evidence.encoder_themes.get(theme, 0.0) if has_encoder else 0.0,
            row.evidence.phrases.get(theme, 0), float(row.theme == theme and row.severity > 0), row.weight, theme,
        )
        for row in rows for theme in THEMES
    ]  # fmt: skip
    table = np.array([entry[:5] for entry in pooled])
    features = np.column_stack([table[:, 0], table[:, 1], _steps(table[:, 2].astype(int).tolist())])
    shared = _logistic(features, table[:, 3], table[:, 4])
    base = shared[0] + features @ shared[1:]
    fitted: dict[str, list[float]] = {}
    for theme in THEMES:
        chosen = np.array([entry[5] == theme for entry in pooled])
        shift = _shift(base[chosen], table[chosen, 3], table[chosen, 4])
        fitted[theme] = _row(np.concatenate([[shared[0] + shift], shared[1:]]))
    return fitted


def _steps(severities: Sequence[int]) -> np.ndarray:
    """(rows, 5): column k is 1 where the severity is at least k + 1, so that weights of at least 0 never fall."""
    return np.array([[float(severity >= level) for level in LEVELS] for severity in severities])


def _logistic(features: np.ndarray, aims: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """[bias, a weight of at least 0 a column]."""
    total = weights.sum()

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        logits = point[0] + features @ point[1:]
        slope = weights * (1 / (1 + np.exp(-logits)) - aims) / total
        cross = (weights * (np.logaddexp(0, logits) - aims * logits)).sum() / total
        ridge = RIDGE * (point[1:] ** 2).sum() / 2
        return cross + ridge, np.concatenate([[slope.sum()], features.T @ slope + RIDGE * point[1:]])

    bounds = [(None, None)] + [(0.0, None)] * features.shape[1]
    return minimize(loss, np.zeros(features.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x


def _shift(base: np.ndarray, aims: np.ndarray, weights: np.ndarray) -> float:
    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        logits = base + point[0]
        slope = (weights * (1 / (1 + np.exp(-logits)) - aims)).sum() + 0.5 * point[0]
        return float((weights * (np.logaddexp(0, logits) - aims * logits)).sum() + 0.25 * point[0] ** 2), np.array([slope])

    return float(minimize(loss, np.zeros(1), jac=True, method="L-BFGS-B").x[0])


def _chances(point: np.ndarray, model: np.ndarray, encoder: np.ndarray, phrases: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(point[0] + point[1] * model + point[2] * encoder + phrases @ point[3:])))


def _row(point: np.ndarray) -> list[float]:
    """[bias, model, encoder, by phrase severity 0-5]."""
    return [round(float(value), 5) for value in (*point[:3], 0.0, *np.cumsum(point[3:]))]
