"""`python -m gptviz.world --documents 5` prints a sample of the tiny world."""

import argparse
import textwrap

from gptviz import world


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m gptviz.world", description="Print documents of the tiny world.")
    parser.add_argument("--documents", type=int, default=5, help="how many (default 5)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed prints the same documents")
    parser.add_argument("--family", choices=[family.FAMILY for family in world.WEIGHTS], help="only this family")
    args = parser.parse_args()
    if args.documents < 1:
        parser.error(f"--documents must be at least 1, got {args.documents}")
    shown, asked = 0, args.documents
    for document in world.documents(args.seed, asked * 100 if args.family else asked):
        if args.family in (None, document.family) and shown < asked:
            print(f"— {document.family} —\n{textwrap.fill(document.text, 100)}\n")
            shown += 1


if __name__ == "__main__":
    main()
