"""Fitting a logistic head over few features and fewer rows, in double precision."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_L2 = 1.0  # of standardised features
_STEPS = 40  # of Newton's method; ten are enough


def fitted(x: Floats, y: Floats) -> Floats:
    """Return logistic weights, the bias last; `x` has one row a section."""
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    rows = np.column_stack([(x - mean) / deviation, np.ones(len(x))])
    penalty = np.array([_L2] * x.shape[1] + [1e-6])
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (likely - y) + penalty * weights
        weights -= np.linalg.solve((rows * (likely * (1 - likely))[:, None]).T @ rows + np.diag(penalty), slope)
    own: Floats = weights[:-1] / deviation
    return np.append(own, weights[-1] - own @ mean)
