"""`python -m gptviz.training`: from nothing to everything in assets/tiny, or to a model of your own text.

python -m gptviz.training                                        the bundled model
python -m gptviz.training --text novel.txt --out my --steps 1000   a model of your text; then gv.load("my")
python -m gptviz.training --out my --resume                      go on after Ctrl-C
torchrun --nproc-per-node 2 -m gptviz.training …                 the same, in two processes
python -m gptviz.training --seed 1 --out /tmp/seed1              another training seed …
python -m gptviz.training --add-seed /tmp/seed1                  … and its claims into the bundled card
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

import torch.distributed as dist

from gptviz import checkpoint
from gptviz.model import GPT
from gptviz.training import card as cards
from gptviz.training.corpus import Corpus
from gptviz.training.loop import Progress, Settings, Team, corpus_for, header_of, state_file, token_counts, train

BUNDLED = Path(__file__).resolve().parents[2] / "assets" / "tiny"
UNFINISHED = "unfinished"  # the folder in --out that holds a run until it is finished


def arguments(argv: list[str] | None = None) -> tuple[argparse.Namespace, dict]:
    """What to do, and those settings that were given."""
    parser = argparse.ArgumentParser(
        prog="python -m gptviz.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="folder of the model (default assets/tiny)")
    doing = parser.add_mutually_exclusive_group()
    doing.add_argument("--resume", action="store_true", help="go on with the interrupted run in --out")
    doing.add_argument("--card-only", action="store_true", help="measure the claims of the model in --out again")
    doing.add_argument("--add-seed", type=Path, metavar="DIR", help="put the claims of the model in DIR into the card")
    group = parser.add_argument_group("settings")
    default = Settings()
    add = lambda name, help, **how: group.add_argument(name, help=help, default=argparse.SUPPRESS, **how)  # noqa: E731
    add("--text", "UTF-8 text to train on (default: the tiny world); its last 10 %% is held out", metavar="FILE")
    add("--steps", f"training steps (default {default.steps})", type=int)
    add("--batch", f"rows per step, over all processes (default {default.batch})", type=int)
    add("--lr", f"the highest learning rate of AdamW (default {default.lr})", type=float)
    add("--seed", f"of the first weights and of the documents (default {default.seed})", type=int)
    add("--vocab", "tokens in the vocabulary (default 3400; for a text, suited to its size)", type=int)
    add("--layers", f"(default {default.layers})", type=int)
    add("--heads", f"(default {default.heads})", type=int)
    add("--width", f"of the residual stream, d_model (default {default.width})", type=int)
    add("--context", f"tokens the model reads at most (default {default.context})", type=int)
    given = vars(parser.parse_args(argv))
    own = {name: given.pop(name) for name in ("out", "resume", "card_only", "add_seed")}
    return argparse.Namespace(**own), given


def main(argv: list[str] | None = None) -> int:
    args, given = arguments(argv)
    try:
        return run(args, given)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()


def run(args: argparse.Namespace, given: dict) -> int:
    out: Path = args.out or BUNDLED
    if given and (args.resume or args.card_only or args.add_seed):
        raise ValueError(f"the settings of that run are known; leave out {', '.join('--' + name for name in given)}")
    if args.card_only or args.add_seed:
        card = cards.read(out)
        card = (
            cards.add_seed(card, cards.read(args.add_seed))
            if args.add_seed
            else cards.measure(card, checkpoint.load(out))
        )
        cards.write(card, out)
        print(cards.summary(card))
        return 0
    if "text" in given and args.out is None:
        raise ValueError("--text needs --out DIR, the folder for the model of your text")
    unfinished = out / UNFINISHED
    if not args.resume and state_file(unfinished).exists():
        raise ValueError(f"{out} holds an unfinished run: go on with --resume, or remove {unfinished} first")
    if "text" in given:
        given["text"] = str(Path(given["text"]).absolute())  # so that --resume finds it from anywhere
    settings = Settings(**(header_of(unfinished)["settings"] if args.resume else given))
    team = Team()
    if settings.batch % team.size:
        raise ValueError(f"--batch must be a multiple of the {team.size} processes, got {settings.batch}")
    if team.rank == 0 and not args.resume:
        shutil.rmtree(unfinished, ignore_errors=True)
    say = print if team.rank == 0 else lambda *_: None

    say("writing documents and learning the vocabulary …" if settings.text is None else f"reading {settings.text} …")
    corpus = corpus_for(settings)
    say(f"vocabulary {len(corpus.tokenizer):,}, context {corpus.n_ctx}, {len(corpus.train):,} rows to train on")
    gpt, progress = train(settings, corpus, unfinished, team, args.resume)
    if progress.step < settings.steps:
        say(f"saved after step {progress.step:,}; go on with: python -m gptviz.training --out {out} --resume")
        return 130  # what a shell says of a program ended by Ctrl-C
    if team.rank == 0:
        finish(gpt, settings, corpus, progress, team, out)
    return 0


def finish(gpt: GPT, settings: Settings, corpus: Corpus, progress: Progress, team: Team, out: Path) -> None:
    """Put everything into its folder; only now is an older model there replaced."""
    gpt.token_counts = token_counts(corpus.train, settings.steps * settings.batch, gpt.config.vocab_size)
    shutil.rmtree(out / "snapshots", ignore_errors=True)
    shutil.move(out / UNFINISHED / "snapshots", out / "snapshots")
    shutil.rmtree(out / UNFINISHED)
    checkpoint.save(gpt.eval(), out, card=cards.describe(gpt, settings, corpus, progress, team))
    print(f"saved in {out}")
    card = cards.read(out)
    if settings.text is None:
        print("measuring the claims …")
        card = cards.measure(card, gpt)
        cards.write(card, out)
    print(cards.summary(card))


if __name__ == "__main__":
    status = main()
    if "WORLD_SIZE" in os.environ:
        # A thread of gloo may still hold the tensors of the last exchange. Did Python end in the usual way, that thread
        # could find it half gone and abort a run that is finished and saved (PyTorch, pull request 179291).
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
