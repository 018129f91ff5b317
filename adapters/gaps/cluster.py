"""Clusters of vectors that lie together, found in one pass and the same each time.

Average link, one item after another: each joins the cluster whose members it is nearest to on average, if that is near
enough, and otherwise begins one. Good enough to gather wordings of a question, and its result can be foretold.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Mean cosine similarity to a cluster's members from which on an item belongs to it.
TOGETHER = 0.55


def clusters(vectors: Sequence[Sequence[float]], *, together: float = TOGETHER) -> list[list[int]]:
    """Return the places of the vectors (unit length) by cluster, in the order in which each began."""
    members: list[list[int]] = []
    sums: list[NDArray[np.float32]] = []
    for place, numbers in enumerate(vectors):
        vector = np.asarray(numbers, dtype=np.float32)
        near = [float(total @ vector) / len(found) for total, found in zip(sums, members, strict=True)]
        best = int(np.argmax(near)) if near else -1
        if best >= 0 and near[best] >= together:
            members[best].append(place)
            sums[best] = sums[best] + vector
        else:
            members.append([place])
            sums.append(vector)
    return members
