"""`make train`: from the corpus and the public data to the shipped weights. Each step can be run alone.

    python -m training.make [encoder] [device] [fusion] [--data FOLDER] [--out FOLDER] [--threads N]
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from heedful.detection.encoder import SHIPPED

STEPS = ("encoder", "device", "fusion")
ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run the steps that are named, in order; all when none is."""
    parser = argparse.ArgumentParser(prog="python -m training.make", description="Make the models' weights.")
    parser.add_argument("steps", nargs="*", choices=[*STEPS, []], help="encoder, device, fusion; all when none is named")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("HEEDFUL_DATA", ROOT.parent / "shared" / "data")), help="the folder of the public labelled texts")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the weights are written")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    for step in STEPS:
        if not args.steps or step in args.steps:
            print(f"== {step}", flush=True)
            _run(step, args)


def _run(step: str, args: argparse.Namespace) -> None:
    # Each step loads its own packages: the device's model needs no torch.
    if step == "encoder":
        from training.encoder.make import make
    elif step == "device":
        from training.device.make import make
    else:
        from training.fusion.make import make
    make(data=args.data, out=args.out, threads=args.threads)


if __name__ == "__main__":
    main()
