"""From which nearness on a question may be answered in the manner of another one's answer.

    python -m benchmarks.wordings [--workspace examples/shop/tenants]

Each example of a tenant's procedures is a question, and all others are those that have a wording. For each threshold:
for how many questions the nearest other one would be offered by nearness alone, and how many of these belong to the
same procedure. The wording itself is not judged.
"""

import argparse
from pathlib import Path

import numpy as np

from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.workspace.loader import load_workspace

THRESHOLDS = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8)


def main() -> None:
    """Print one line for each tenant and threshold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=Path("examples/shop/tenants"))
    options = parser.parse_args()
    embedder = MiniLmEmbedder()
    for tenant, config in load_workspace(options.workspace).tenants.items():
        asked = [(text, name) for name, it in sorted(config.procedures.items()) for text in sorted(set(it.examples))]
        vectors, names = embedder.embed([text for text, _ in asked]), np.array([name for _, name in asked])
        near = vectors @ vectors.T
        np.fill_diagonal(near, -1.0)
        nearest = near.argmax(axis=1)
        best, is_same = near.max(axis=1), names[nearest] == names
        for threshold in THRESHOLDS:
            offered = best >= threshold
            right = int((offered & is_same).sum())
            print(
                f"{tenant:12} {threshold:.2f}: offered for {offered.sum():4d} of {len(asked)},"
                f" the same procedure {right / max(1, offered.sum()):.1%}"
            )


if __name__ == "__main__":
    main()
