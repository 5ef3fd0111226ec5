"""`python -m gptviz.world --documents 5` prints a sample of the tiny world."""

import argparse
import os
import sys
import textwrap
from itertools import islice

from gptviz import world


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m gptviz.world", description="Print documents of the tiny world.")
    parser.add_argument("--documents", type=int, default=5, help="how many (default 5)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed prints the same documents")
    parser.add_argument("--family", choices=[family.FAMILY for family in world.WEIGHTS], help="only this family")
    args = parser.parse_args()
    if args.documents < 1:
        parser.error(f"--documents must be at least 1, got {args.documents}")
    endless = world.documents(args.seed, 1_000_000_000)
    wanted = (document for document in endless if args.family in (None, document.family))
    try:
        for document in islice(wanted, args.documents):
            print(f"— {document.family} —\n{textwrap.fill(document.text, 100)}\n", flush=True)
    except BrokenPipeError:  # the reader has seen enough, as `| head` has; nothing more is written at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
