"""Logistic regression on rows of hashed features. Soft targets, a weight a row; L-BFGS, so seeded by nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from heedful.detection.model_features import Batch


def matrix(starts: np.ndarray, places: np.ndarray, width: int, by_count: np.ndarray) -> csr_matrix:
    """Rows of 0 and `by_count[number of features]`: as the model shrinks its sums."""
    counts = np.diff(starts)
    values = np.repeat(by_count[np.minimum(counts, len(by_count) - 1)], counts).astype(np.float32)
    return csr_matrix((values, places.astype(np.int32), starts), shape=(len(counts), width))


def matrices(batch: Batch, concern_bits: int, theme_bits: int, by_count: tuple[int, ...]) -> tuple[csr_matrix, csr_matrix]:
    """The concern's and the themes' rows of one featurised batch."""
    shrink = np.asarray(by_count, dtype=np.float64) / 1024 if by_count else np.ones(1)
    starts = np.frombuffer(batch.concern_starts, "int64")
    concern = matrix(starts, np.frombuffer(batch.concern, "uint32"), 1 << concern_bits, shrink)
    counts = np.diff(starts)
    theme_starts = np.frombuffer(batch.theme_starts, "int64")
    places = np.frombuffer(batch.themes, "uint32")
    values = np.repeat(shrink[np.minimum(counts, len(shrink) - 1)], np.diff(theme_starts)).astype(np.float32)
    return concern, csr_matrix((values, places.astype(np.int32), theme_starts), shape=(len(counts), 1 << theme_bits))


def fit(rows: csr_matrix, targets: np.ndarray, weights: np.ndarray, *, ridge: float, steps: int = 120) -> tuple[np.ndarray, float]:
    """(weights, bias) of least weighted cross-entropy with a ridge. `targets` in [0, 1]; `weights` >= 0."""
    columns = rows.T.tocsr()
    total = weights.sum()

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        logits = rows @ point[:-1].astype(np.float32) + point[-1]
        cross = np.logaddexp(0, logits) - targets * logits
        slope = (weights * (1 / (1 + np.exp(-logits)) - targets) / total).astype(np.float32)
        gradient = np.empty_like(point)
        gradient[:-1] = columns @ slope + ridge * point[:-1]
        gradient[-1] = slope.sum()
        return float((weights * cross).sum() / total + ridge * (point[:-1] ** 2).sum() / 2), gradient

    return _least(loss, rows.shape[1], steps)


def _least(loss: Callable[[np.ndarray], tuple[float, np.ndarray]], width: int, steps: int) -> tuple[np.ndarray, float]:
    found = minimize(loss, np.zeros(width + 1), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 12})
    return found.x[:-1], float(found.x[-1])
