"""GELU in float32 numpy, without scipy.

Uses the rational approximation of erf that Eigen, XLA and TVM use for float32 (`generic_fast_erf_float` in Eigen's
`MathFunctionsImpl.h`): x P(x^2) / Q(x^2) on [-4, 4]. Measured against `math.erf` at two million points: erf is off by
at most 4.5e-7, GELU on [-10, 10] by at most 1.4e-6 (at x = 5.6, three float32 steps). The usual tanh form of GELU is
off by 5e-4 and would not reproduce the published vectors.
"""

import numpy as np

from adapters.embeddings.port import Vectors

_NUMERATOR = (
    -2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05,
    -7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02,
)  # fmt: skip
_DENOMINATOR = (
    -1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03, -1.42647390514189e-02,
)  # fmt: skip
_SQRT_HALF = 0.7071067811865476
_BLOCK = 65_536  # elements: the buffers stay in cache, 2.2 times as fast as whole arrays at 1,024 tokens (measured)


def gelu_in_place(values: Vectors) -> None:
    """Replace each x of a C-contiguous float32 array by x/2 (1 + erf(x/sqrt 2)); else raises `ValueError`."""
    if values.dtype != np.float32 or not values.flags.c_contiguous:
        raise ValueError("gelu_in_place needs a C-contiguous float32 array")
    flat = values.reshape(-1)
    size = min(_BLOCK, flat.size)
    x, square, top, bottom = (np.empty(size, np.float32) for _ in range(4))
    for start in range(0, flat.size, _BLOCK):
        block = flat[start : start + _BLOCK]
        n = block.size
        _erf(block, x[:n], square[:n], top[:n], bottom[:n])
        top[:n] += 1.0
        top[:n] *= 0.5
        block *= top[:n]


def _erf(block: Vectors, x: Vectors, square: Vectors, top: Vectors, bottom: Vectors) -> None:
    """Leave erf(block / sqrt 2) in `top`; the other buffers are scratch."""
    np.multiply(block, _SQRT_HALF, out=x)
    np.clip(x, -4.0, 4.0, out=x)  # beyond 4 float32 erf is 1
    np.multiply(x, x, out=square)
    _polynomial(square, _NUMERATOR, top)
    _polynomial(square, _DENOMINATOR, bottom)
    top *= x
    top /= bottom


def _polynomial(at: Vectors, coefficients: tuple[float, ...], out: Vectors) -> None:
    """Leave the value of a polynomial, highest coefficient first, in `out` (Horner)."""
    np.multiply(at, coefficients[0], out=out)
    for coefficient in coefficients[1:-1]:
        out += coefficient
        out *= at
    out += coefficients[-1]
