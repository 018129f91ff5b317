"""GELU in numpy against the definition by `math.erf`."""

import math

import numpy as np
import pytest

from adapters.embeddings.gelu import gelu_in_place


def exact(x: float) -> float:
    """GELU as it is defined (Hendrycks and Gimpel 2016)."""
    return x / 2 * (1 + math.erf(x / math.sqrt(2)))


def test_stays_within_rounding_of_the_definition() -> None:
    """Between -10 and 10 the error is below 1.5e-6, and below 5e-7 for each unit of x."""
    x = np.linspace(-10, 10, 20_001).astype(np.float32)
    values = x.copy()
    gelu_in_place(values)
    expected = np.array([exact(float(one)) for one in x])
    error = np.abs(values - expected)
    assert error.max() < 1.5e-6
    assert (error / np.maximum(np.abs(x), 1)).max() < 5e-7


def test_is_the_same_across_the_borders_of_its_blocks() -> None:
    """An array larger than a block gives what its parts give."""
    x = np.random.default_rng(1).normal(size=(200, 1_000)).astype(np.float32)
    whole, parts = x.copy(), x.copy()
    gelu_in_place(whole)
    for row in parts:
        gelu_in_place(row)
    assert np.array_equal(whole, parts)


def test_far_values_become_zero_or_themselves() -> None:
    """Where float32 erf is 1, GELU is the identity above and 0 below."""
    values = np.array([-1e9, -50, 0, 50, 1e9], np.float32)
    gelu_in_place(values)
    assert np.allclose(values, [0, 0, 0, 50, 1e9], atol=1e-5)


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((4, 4), np.float32)[:, ::2]])
def test_refuses_what_it_cannot_change_in_place(values: np.ndarray) -> None:
    """Doubles and strided views are refused rather than copied and left as they were."""
    with pytest.raises(ValueError, match="C-contiguous float32"):
        gelu_in_place(values)
