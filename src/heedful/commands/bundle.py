"""`heedful bundle`: build and check the phrase library."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from heedful.detection.bundle import Bundle, BundleError, from_content, load_bundle
from heedful.detection.engine import assess
from heedful.detection.library import SHIPPED, LibraryError, Phrase, read_library
from heedful.detection.model import ModelError
from heedful.detection.shipped import BUILT, ModelMissing, compile_folder, is_built, load_shipped_bundle, write_built
from heedful.detection.values import Layer, Observation, as_score

NAME = "bundle"
HELP = "Build and check the phrase library that devices download."
VECTORS = Path("contracts/matching/shipped.json")
PHRASES_ALONE: frozenset[Layer] = frozenset(("phrases",))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sub-commands build, check and vectors."""
    sub = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    build = sub.add_parser("build", help="compile the library to the bundle")
    build.add_argument("--out", type=Path, help=f"where to write it (else {BUILT.parent.name}/{BUILT.name} in the package)")
    build.add_argument("--library", type=Path, default=SHIPPED, help="another library folder")
    build.add_argument("--model", type=Path, help="another model's file (else the shipped one, for the shipped library)")
    build.add_argument("--if-changed", action="store_true", help="do nothing when the built bundle is of this library")
    build.add_argument("--stats", action="store_true", help="print what the library holds, theme by theme")
    check = sub.add_parser("check", help="check the library and run every phrase's hits and misses")
    check.add_argument("theme", nargs="*", help="only these themes, as if the others were not there")
    check.add_argument("--library", type=Path, default=SHIPPED, help="another library folder")
    vectors = sub.add_parser("vectors", help="compare the vectors of the shipped library with what it gives now")
    vectors.add_argument("--write", action="store_true", help="write what it gives now; the diff is the review")
    vectors.add_argument("--file", type=Path, default=VECTORS, help=f"the vectors (else {VECTORS})")


def run(args: argparse.Namespace) -> int:
    """0 when all is well, 1 when the library has faults (each on its own line)."""
    try:
        return {"build": _build, "check": _check, "vectors": _vectors}[args.action](args)
    except LibraryError as error:
        print("\n".join(error.faults), file=sys.stderr)
        print(f"{len(error.faults)} faults", file=sys.stderr)
        return 1
    except (BundleError, ModelError, ModelMissing) as error:
        print(error, file=sys.stderr)
        return 1


def _build(args: argparse.Namespace) -> int:
    if args.if_changed and is_built():
        return 0
    if args.library == SHIPPED and args.out is None and args.model is None:
        compressed, path = write_built(), BUILT
    else:
        compressed, path = compile_folder(args.library, weights=args.model), args.out or Path("library.bundle.gz")
        path.write_bytes(compressed)
    if args.stats:
        _print_stats(args.library, compressed)
    print(f"{path}: version {load_bundle(compressed).version}, {len(compressed):,} bytes")
    return 0


def _print_stats(library: Path, compressed: bytes) -> None:
    from heedful.detection.compiler import count_sequences

    counts = count_sequences(read_library(library))
    print(f"{'theme':<22}{'phrases':>9}{'sequences':>11}")
    for theme, (phrases, sequences) in sorted(counts.items()):
        print(f"{theme:<22}{phrases:>9,}{sequences:>11,}")
    totals = [sum(column) for column in zip(*counts.values(), strict=True)]
    print(f"{'total':<22}{totals[0]:>9,}{totals[1]:>11,}")
    print(f"gzip {len(compressed):,} bytes")


def _check(args: argparse.Namespace) -> int:
    from heedful.detection.compiler import compile_library

    library = read_library(args.library, only=args.theme)
    bundle = from_content(compile_library(library))
    failures = checked = 0
    for theme in library.themes:
        for phrase in theme.phrases:
            checked += len(phrase.hits) + len(phrase.misses)
            for failure in failures_of(phrase, bundle):
                failures += 1
                print(failure)
    print(f"{checked:,} examples checked, {failures:,} failed", file=sys.stderr)
    return 1 if failures else 0


def failures_of(phrase: Phrase, bundle: Bundle) -> list[str]:
    """A line for each hit that gives no finding of the phrase, and for each miss that gives one, whatever a model would say."""
    found = []
    for texts, wanted in ((phrase.hits, True), (phrase.misses, False)):
        for text in texts:
            findings = assess(Observation(text), bundle=bundle, layers=PHRASES_ALONE).findings
            if any(f.rule == phrase.id for f in findings) != wanted:
                fired = ", ".join(f"{f.rule} at {f.severity}" for f in findings) or "nothing"
                found.append(f"{phrase.place}: {'no hit' if wanted else 'hit'} in '{text}'; what fired: {fired}")
    return found


def _vectors(args: argparse.Namespace) -> int:
    """1 when a vector differs from what the library gives and is not written."""
    try:
        vectors = json.loads(args.file.read_text("utf-8"))
    except OSError as error:
        print(f"{args.file}: {error.strerror}; run this in the repository's root, or name the file with --file", file=sys.stderr)
        return 1
    bundle = load_shipped_bundle()
    now = [vector | {"expect": _expected(vector, bundle)} for vector in vectors]
    different = [after["name"] for before, after in zip(vectors, now, strict=True) if before != after]
    print("\n".join(different) or f"{len(now)} vectors, none differs")
    if args.write:
        args.file.write_text("[\n" + ",\n".join(f"  {json.dumps(vector)}" for vector in now) + "\n]\n", "utf-8")
    return 1 if different and not args.write else 0


def _expected(vector: dict[str, Any], bundle: Bundle) -> dict[str, Any]:
    observation = Observation(vector["text"], vector.get("source", "typed"))
    found = assess(observation, age_band=vector.get("age_band", "unknown"), bundle=bundle)
    return {
        "severity": found.severity,
        "themes": {theme: as_score(score) for theme, score in found.themes.items()},
        "leaves_device": found.leaves_device(),
        "hits": [{"start": f.start, "end": f.end, "phrase": f.rule, "severity": f.severity} for f in found.findings],
    }
