"""Fusing rankings: what stands high in several of them is likelier what was looked for than what leads in one."""

from collections import defaultdict
from collections.abc import Sequence

#: How fast a place loses worth further down; Cormack et al. 2009, and theirs.
_SMOOTHING = 60


def fuse(rankings: Sequence[Sequence[int]]) -> list[int]:
    """Return everything that stands in any ranking by the sum of 1 / (60 + place), best first; ties by first mention.

    The sum orders and says nothing of how sure a match is: it is the same for right and for wrong ones.
    """
    worth: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for place, thing in enumerate(ranking, 1):
            worth[thing] += 1 / (_SMOOTHING + place)
    return sorted(worth, key=lambda thing: -worth[thing])
