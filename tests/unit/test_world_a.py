"""The families of people and stories: the same seed, nothing held out in a document, and he stays he."""

import random
import re

import pytest

from gptviz.world import held_out, moods, reference, roles, senses, stories

FAMILIES = [roles, stories, reference, moods, senses]
family_of = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.FAMILY)
GENDER = {word: he for pair in roles.PAIRS for word, he in zip(pair, ("he", "she"), strict=True)}


def texts(family, seed: int, n: int) -> list[str]:
    rng = random.Random(seed)
    return [family.document(rng).text for _ in range(n)]


@family_of
def test_same_seed_same_text_and_another_seed_another(family):
    assert texts(family, 1, 30) == texts(family, 1, 30) != texts(family, 2, 30)
    assert family.cases(random.Random(1), 5) == family.cases(random.Random(1), 5)


@family_of
def test_documents_are_short_prose_and_every_slot_is_filled(family):
    for text in texts(family, 3, 1_000):
        assert 35 <= len(text.split()) <= 110, text
        assert not re.search(
            r"[{}]|  |\b[Aa] [aeio]\w|\b[Aa]n [bcdfgjklmnpqrstvwxz]\w|[.!?] [a-z]\w+ (?!said)\w+ \w+[.]$", text
        ), text
        if not text.startswith("System:"):
            assert 3 <= len(re.findall(r"[.!?]\"?(?: |$)", text)) <= 10, text


@pytest.mark.parametrize("family", [roles, stories], ids=lambda family: family.FAMILY)
def test_pronouns_agree_with_the_one_who_is_told_about(family):
    others = {"he": r"\b(?:he|him|his|himself)\b", "she": r"\b(?:she|her|herself)\b"}
    for text in texts(family, 4, 1_000):
        if text.startswith("System:"):
            continue
        named = re.search(rf"\b(?:{'|'.join(GENDER)})\b", text)
        assert named, text
        wrong = others["she" if GENDER[named[0]] == "he" else "he"]
        assert not re.search(wrong, text.lower()), text


def test_both_genders_have_the_same_contexts():
    """Swap every gendered word and pronoun of 4,000 documents: each role is told about as often either way."""
    count = dict.fromkeys(GENDER, 0)
    for text in texts(roles, 5, 4_000):
        for word in set(re.findall(r"\w+", text)) & GENDER.keys():
            count[word] += 1
    for he, she in roles.PAIRS:
        assert 0.7 < count[he] / count[she] < 1.4, (he, she)


def test_no_role_meets_a_thing_that_is_held_out():
    for text in texts(roles, 6, 2_000):
        role = next(word for word in re.findall(r"\w+", text) if word in GENDER)
        for thing in set(re.findall(r"\w+", text)) & set(roles.WORDS["thing"]):
            assert not held_out(role, thing), text


def test_no_name_lies_or_runs_where_it_is_held_out():
    how = r"(?:on|to|across|around|a|the) (?:the |best |small |large )?"
    verbs = rf"\b([A-Z][a-z]+) (?:lies|runs)\b[\w ]*? {how}([a-z]+)(?: on this|, )"
    seen = 0
    for text in texts(senses, 7, 2_000):
        for name, place in re.findall(verbs, text):
            assert not held_out(name, place), text
            seen += 1
    assert seen > 300


def test_cases_ask_only_what_is_held_out():
    for case in roles.cases(random.Random(8), 100):
        role = next(word for word in re.findall(r"\w+", case.prompt) if word in GENDER)
        assert any(held_out(role, word) for word in re.findall(r"\w+", case.prompt)), case
    for case in stories.cases(random.Random(8), 100):
        role = next(word for word in re.findall(r"\w+", case.prompt) if word in GENDER)
        assert held_out(role, case.right[0]), case
    for case in senses.cases(random.Random(8), 100):
        if case.claim == "sense_after":
            name = re.findall(r"([A-Z][a-z]+) (?:lies|runs)", case.prompt)[-1]
            assert any(held_out(name, word) for word in re.findall(r"\w+", case.prompt)), case


def test_no_document_tells_a_case():
    """The prompt of a case, which ends in its held-out combination, begins no document."""
    for family in (senses, reference, moods):
        told = "\n".join(texts(family, 9, 2_000))
        for case in family.cases(random.Random(9), 50):
            assert case.prompt not in told, case


def test_links_join_a_pronoun_to_its_person_and_a_word_to_its_cue():
    for case in reference.cases(random.Random(10), 100):
        for pronoun, person in case.links:
            assert case.prompt[slice(*pronoun)] in ("he", "she"), case
            word = case.prompt[slice(*person)]
            assert word in GENDER or word[0].isupper(), case
            assert GENDER.get(word, case.prompt[slice(*pronoun)]) == case.prompt[slice(*pronoun)], case
    for case in senses.cases(random.Random(10), 100):
        for word, cue in case.links:
            assert case.prompt[slice(*word)] in senses.SENSES and case.prompt[cue[1] : word[0]] == " ", case


def test_the_two_famous_sentences_can_begin_a_document():
    scenes = senses.AFTER["lies"]
    assert "{Name} {verb} {how}, feeling {feeling}." in senses.VERB_FRAMES
    assert "still on the {spot}" in scenes["rest"].how and "bed" in scenes["rest"].places
    assert "to the {spot}" in scenes["untruth"].how and "judge" in scenes["untruth"].places
    assert {"Sarah", "Anna"} <= set(senses.NAMES["she"])
