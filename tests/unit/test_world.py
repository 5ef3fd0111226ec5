"""The tiny world as a whole: rich enough, the same for the same seed, and honest about what it holds out."""

import itertools
import subprocess
import sys

import pytest

from gptviz import world
from gptviz.world.__main__ import main


def test_same_seed_same_text_in_another_process():
    code = "from gptviz import world; print(''.join(d.text for d in world.documents(7, 40)), end='')"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert other == "".join(document.text for document in world.documents(7, 40))
    assert other != "".join(document.text for document in world.documents(8, 40))


def test_it_has_a_thousand_words_and_a_hundred_patterns():
    assert len(world.vocabulary()) >= 1_000
    assert len(set(world.patterns())) >= 100


def test_every_family_writes_documents_and_asks_questions():
    families = {family.FAMILY for family in world.WEIGHTS}
    assert {document.family for document in world.documents(0, 1_000)} == families
    claims = {case.claim for case in world.cases(0, 5)}
    assert claims >= {
        "adjective_recall",
        "sense_before",
        "sense_after",
        "copy",
        "mystery",
        "reference",
        "fact_person_sport",
    }


@pytest.mark.parametrize("case", list(world.cases(0, 8))[::3], ids=lambda case: case.claim)
def test_a_question_does_not_hold_its_own_answer_at_the_end_and_its_links_lie_inside(case):
    assert case.right and not set(case.right) & set(case.wrong)
    assert not case.prompt.endswith(" "), "the space belongs to the answer"
    for start, end in case.links:
        assert case.prompt[slice(*start)].strip() and case.prompt[slice(*end)].strip()


def test_documents_read_like_prose():
    for document in world.documents(3, 500):
        assert "  " not in document.text and "{" not in document.text, document.text
        assert document.text[-1] in '.!?”"', document.text
        for article, vowel in (("a ", "aeio"), ("A ", "AEIO")):
            words = document.text.split(" ")
            assert not any(
                word == article.strip()
                and following[0] in vowel
                and not following.startswith(("uni", "use", "one", "Eu"))
                for word, following in itertools.pairwise(words)
            ), document.text


def test_a_sample_of_the_rarest_family_is_as_long_as_asked(capsys, monkeypatch):
    rarest = min(world.WEIGHTS, key=lambda family: world.WEIGHTS[family]).FAMILY
    monkeypatch.setattr(sys, "argv", ["gptviz.world", "--documents", "2", "--family", rarest])
    main()
    assert capsys.readouterr().out.count(f"— {rarest} —") == 2


def test_a_reader_who_has_seen_enough_gets_no_traceback():
    """`python -m gptviz.world --documents 500 | head -1`"""
    line = [sys.executable, "-m", "gptviz.world", "--documents", "500"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as sample:
        assert sample.stdout and sample.stderr and sample.stdout.readline().startswith("— ")
        sample.stdout.close()
        assert sample.stderr.read() == ""
    assert sample.returncode == 0
