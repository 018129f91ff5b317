"""How far a share may be from the truth: Wilson's interval for so many successes out of so many tries."""

from math import sqrt

#: Two-sided 95 %.
Z = 1.959963984540054


def wilson(successes: int, tries: int) -> tuple[float, float] | None:
    """The 95 % interval of a share, each end from 0 to 1; None for no tries, of which nothing is known."""
    if not 0 <= successes <= tries:
        raise ValueError("Successes are among the tries.")
    if tries == 0:
        return None
    share, square = successes / tries, Z * Z
    middle = share + square / (2 * tries)
    reach = Z * sqrt(share * (1 - share) / tries + square / (4 * tries * tries))
    scale = 1 + square / tries
    # At the ends the formula gives 0 and 1 up to rounding; say them exactly.
    low = 0.0 if successes == 0 else (middle - reach) / scale
    high = 1.0 if successes == tries else (middle + reach) / scale
    return low, high
