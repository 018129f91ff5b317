"""The optimiser and the calibration, against what mathematics says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.assistants.embedded.logistic import Floats, fit, fit_temperature, minimise, softmax


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
@settings(max_examples=30)
def test_finds_the_minimum_of_a_quadratic(seed: int, size: int) -> None:
    """On x'Ax/2 - b'x the answer is known: A x = b."""
    random = np.random.default_rng(seed)
    root = random.normal(size=(size, size))
    a, b = root @ root.T + np.eye(size), random.normal(size=size)

    def loss(x: Floats) -> tuple[float, Floats]:
        return float(x @ a @ x / 2 - b @ x), a @ x - b

    assert np.allclose(minimise(loss, np.zeros(size)), np.linalg.solve(a, b), atol=1e-3)


def test_the_fit_has_no_slope_left() -> None:
    """At the optimum the penalised log-likelihood's slope, computed here anew, vanishes."""
    random = np.random.default_rng(3)
    x = random.normal(size=(60, 5)).astype(np.float32)
    labels = random.integers(0, 3, 60)
    weights = np.full(60, 1 / 60, np.float32)
    model = fit(x, labels, 3, weights, l2=0.1)
    residual = softmax(model.logits(x)) - np.eye(3, dtype=np.float32)[labels]
    slope = x.T @ (residual * weights[:, None]) + 0.1 * model.weight
    assert np.abs(slope).max() < 1e-3
    assert np.abs((residual * weights[:, None]).sum(axis=0)).max() < 1e-3


def test_separates_what_can_be_separated() -> None:
    """Three clusters, three classes, and the same weights at every run."""
    centres = np.eye(3, 8, dtype=np.float32) * 4
    x = np.concatenate(
        [centre + np.random.default_rng(1).normal(0, 0.3, (20, 8)).astype(np.float32) for centre in centres]
    )
    labels = np.repeat(np.arange(3), 20)
    weights = np.full(60, 1 / 60, np.float32)
    model = fit(x, labels, 3, weights, l2=1e-3)
    assert np.array_equal(model.logits(x).argmax(axis=1), labels)
    again = fit(x, labels, 3, weights, l2=1e-3)
    assert np.array_equal(model.weight, again.weight)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_recovers_the_temperature_that_made_the_labels(temperature: float) -> None:
    """Labels drawn from softmax(logits / T) are best explained by about T."""
    random = np.random.default_rng(5)
    logits = random.normal(0, 2, (8_000, 4)).astype(np.float32)
    cumulated = softmax(logits, temperature).cumsum(axis=1)
    labels = (random.random((8_000, 1)) > cumulated).sum(axis=1).clip(0, 3)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.1)


@given(st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=6), st.floats(0.05, 20))
def test_softmax_gives_probabilities(logits: list[float], temperature: float) -> None:
    """They are positive, sum to one and keep the order."""
    row = softmax(np.array([logits], np.float32), temperature)[0]
    assert row.sum() == pytest.approx(1, abs=1e-5)
    assert (row >= 0).all()
    assert row[int(np.argmax(logits))] == row.max()
