"""Fusing rankings: what stands high in several of them is likelier what was looked for than what leads in one."""

from collections import defaultdict
from collections.abc import Sequence

#: How fast a place loses worth further down; Cormack et al. 2009, and theirs.
_SMOOTHING = 60


def fuse(rankings: Sequence[Sequence[int]], weights: Sequence[float] | None = None) -> list[int]:
    """Return all that stands in any ranking by the sum of weight / (60 + place), best first; ties by first mention.

    `weights` says how much each ranking counts, alike if left out. The sum orders and says nothing of how sure a match
    is: it is the same for right and for wrong ones.
    """
    worth: dict[int, float] = defaultdict(float)
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for place, thing in enumerate(ranking, 1):
            worth[thing] += weight / (_SMOOTHING + place)
    return sorted(worth, key=lambda thing: -worth[thing])
