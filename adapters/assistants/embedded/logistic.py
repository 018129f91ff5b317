"""Multinomial logistic regression and its calibration, in numpy: deterministic, no random start, no step size to tune.

Pure numbers; knows nothing of text or intents. The loss is strictly convex, so where the optimiser starts does not
matter, and the same data give the same weights on the same machine.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Labels = NDArray[np.intp]
Weights = NDArray[np.float32]
Floats = NDArray[np.float64]

_HISTORY = 10  # pairs L-BFGS remembers; the usual 5 to 20
_MAX_ITERATIONS = 200  # 28 to 60 are needed in practice
_FLAT = 1e-4  # largest slope at which we stop: tighter moves no confidence by more than 0.002 and takes 4 times as long
_SHORTEST_STEP = 1e-8
_CURVED = 1e-6  # pairs below this cosine are float32 rounding, and would blow the next step up
_ARMIJO = 1e-4  # share of the promised decrease that a step must bring
_LOG_TEMPERATURES = (-3.0, 3.0)


@dataclass(frozen=True)
class Softmax:
    """A fitted linear classifier: logits = x W + b, with W of shape (features, classes)."""

    weight: Matrix
    bias: Matrix

    def logits(self, x: Matrix) -> Matrix:
        """Return one row of class scores per row of `x`."""
        scores: Matrix = x @ self.weight + self.bias
        return scores


def softmax(logits: Matrix, temperature: float = 1.0) -> Matrix:
    """Turn rows of logits into probabilities; a higher temperature makes them more alike."""
    scaled = logits / np.float32(temperature)
    scaled -= scaled.max(axis=1, keepdims=True)
    np.exp(scaled, out=scaled)
    scaled /= scaled.sum(axis=1, keepdims=True)
    return scaled


def fit(x: Matrix, labels: Labels, classes: int, weights: Weights, l2: float) -> Softmax:
    """Minimise the weighted cross-entropy plus l2/2 |W|^2; `weights` are per row, and classes may stay unused."""
    features = x.shape[1]
    rows = np.arange(len(x))

    def loss(parameters: Floats) -> tuple[float, Floats]:
        weight = parameters[:-classes].reshape(features, classes).astype(np.float32)
        logits = x @ weight + parameters[-classes:].astype(np.float32)
        logits -= logits.max(axis=1, keepdims=True)
        likelihood = logits[rows, labels]
        np.exp(logits, out=logits)
        total = logits.sum(axis=1)
        value = float(weights @ (np.log(total) - likelihood).astype(float)) + l2 / 2 * float(np.vdot(weight, weight))
        slope = logits / total[:, None]
        slope[rows, labels] -= 1
        slope *= weights[:, None]
        return value, np.concatenate([(x.T @ slope + np.float32(l2) * weight).ravel(), slope.sum(axis=0)]).astype(float)

    best = minimise(loss, np.zeros((features + 1) * classes)).astype(np.float32)
    return Softmax(best[:-classes].reshape(features, classes), best[-classes:])


def minimise(loss: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """Find the minimum of a smooth convex function of which `loss` tells value and slope.

    L-BFGS with backtracking (Nocedal and Wright, Numerical Optimization, 2nd ed. 2006, algorithms 7.4 and 7.5).
    """
    x, (value, slope) = start, loss(start)
    pairs: list[tuple[Floats, Floats]] = []
    for _ in range(_MAX_ITERATIONS):
        if float(np.abs(slope).max()) < _FLAT:
            break
        direction = -_inverse_hessian_times(slope, pairs)
        promise = float(slope @ direction)
        step = 1.0
        while True:
            new_x = x + step * direction
            new_value, new_slope = loss(new_x)
            if new_value <= value + _ARMIJO * step * promise:
                break
            step /= 2
            if step < _SHORTEST_STEP:  # the loss is flat to rounding
                return x
        moved, turned = new_x - x, new_slope - slope
        if float(moved @ turned) > _CURVED * float(np.linalg.norm(moved) * np.linalg.norm(turned)):
            pairs = [*pairs[-_HISTORY + 1 :], (moved, turned)]
        x, value, slope = new_x, new_value, new_slope
    return x


def _inverse_hessian_times(slope: Floats, pairs: list[tuple[Floats, Floats]]) -> Floats:
    """Apply the curvature seen so far to a slope (the two-loop recursion, alg. 7.4)."""
    q = slope.copy()
    shares = []
    for moved, turned in reversed(pairs):
        share = float(moved @ q) / float(moved @ turned)
        q -= share * turned
        shares.append(share)
    if pairs:
        moved, turned = pairs[-1]
        q *= float(moved @ turned) / float(turned @ turned)
    else:
        q /= float(np.abs(slope).sum())
    for (moved, turned), share in zip(pairs, reversed(shares), strict=True):
        q += moved * (share - float(turned @ q) / float(moved @ turned))
    return q


def fit_temperature(logits: Matrix, labels: Labels) -> float:
    """Find the temperature that makes held-out logits most likely.

    After Guo et al. 2017, "On Calibration of Modern Neural Networks". The logits must come from data that the head
    was not fitted on, or the temperature is too low.
    """
    rows = np.arange(len(labels))

    def surprise(log_temperature: float) -> float:
        likelihood = softmax(logits, float(np.exp(log_temperature)))[rows, labels]
        return -float(np.log(np.maximum(likelihood, 1e-12)).mean())

    grid = np.linspace(*_LOG_TEMPERATURES, 25)
    best = int(np.argmin([surprise(point) for point in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    fine = np.linspace(low, high, 25)  # steps of 2 %: finer than any data set this small can tell
    return float(np.exp(fine[int(np.argmin([surprise(point) for point in fine]))]))
