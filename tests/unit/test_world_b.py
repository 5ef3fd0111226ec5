"""Countries, numbers, adjectives, people, lists and mysteries: true, and silent about what they hold out."""

import itertools
import random
import re

import pytest

from gptviz.world import adjectives, countries, documents, lists, mystery, numbers, people
from gptviz.world.grammar import held_out
from gptviz.world.telling import NAMES, tokens

FAMILIES = (countries, numbers, adjectives, people, lists, mystery)


def texts(family, n, seed=0):
    rng = random.Random(seed)
    return [family.document(rng).text for _ in range(n)]


def sentences(text):
    return re.split(r"(?<=[.?!]) ", text)


def as_regex(pattern, **fixed):
    """A regular expression for the sentences of a pattern; open slots match anything within a sentence."""
    parts = re.split(r"\{(\w+)\}", pattern)
    filled = [
        re.escape(part) if i % 2 == 0 else re.escape(fixed.get(part, "")) or r"[\w ]+" for i, part in enumerate(parts)
    ]
    return re.compile("".join(filled), re.IGNORECASE)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.FAMILY)
def test_same_seed_same_text_and_a_readable_length(family):
    written = texts(family, 500)
    assert written == texts(family, 500)
    assert written != texts(family, 500, seed=1)
    for text in written:
        assert 33 <= len(text.split()) <= 110 and len(tokens(text)) <= 118, text
        assert not re.search(r"[{}]|  | [.,]", text), text
        told = [sentence.lower() for sentence in sentences(text)]
        assert family is lists or len(set(told)) == len(told), f"a sentence is repeated in: {text}"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.FAMILY)
def test_cases_repeat_with_the_seed_and_stop_before_the_answer(family):
    asked = family.cases(random.Random(3), 200)
    assert asked == family.cases(random.Random(3), 200) and len(asked) == 200
    for case in asked:
        assert case.right and not set(case.right) & set(case.wrong)
        assert len(tokens(case.prompt)) <= 118 and not case.prompt.endswith(" ")


def test_no_country_is_told_in_a_pattern_held_out_for_it():
    unseen = [
        as_regex(pattern, **record._asdict())
        for group in (countries.FACTS, countries.REVERSED)
        for patterns in group.values()
        for pattern in patterns
        for record in countries.COUNTRIES
        if held_out(pattern, record.country)
    ]
    told = {sentence for text in texts(countries, 500) for sentence in sentences(text)}
    assert not [sentence for sentence in told if any(pattern.fullmatch(sentence) for pattern in unseen)]
    for patterns in countries.FACTS.values():
        for record in countries.COUNTRIES:
            assert sum(not held_out(pattern, record.country) for pattern in patterns) >= 3


def test_countries_share_only_a_language():
    for name in ("country", "capital", "dish", "currency", "leader"):
        assert len({getattr(record, name) for record in countries.COUNTRIES}) == len(countries.COUNTRIES)


def test_sums_are_right_and_plurals_grow_surer_with_the_number():
    written = texts(numbers, 3_000)
    singulars, plurals = set(numbers.PLURALS), set(numbers.PLURALS.values())
    counts = {number: [0, 0] for number in numbers.NUMBERS}
    for text in written:
        for a, b, total in re.findall(r"(\w+) and (\w+) make (\w+),", text):
            a, b, total = (numbers.NUMBERS.index(word.lower()) + 1 for word in (a, b, total))
            assert a + b == total, text
        for number, noun in re.findall(rf"\b({'|'.join(numbers.NUMBERS)}) (?=(\w+))", text, re.IGNORECASE):
            singular = next((s for s, p in numbers.PLURALS.items() if noun in (s, p)), None)
            if singular:
                assert numbers.free(number.lower(), singular), text
                counts[number.lower()][noun in plurals] += 1
    share = [many / (one + many) for one, many in counts.values()]
    assert singulars.isdisjoint(plurals) and share[0] == 0
    assert share[1] + 0.1 < share[2] < share[3] - 0.1 and min(share[3:]) > 0.9


def test_numbers_ask_only_about_what_they_hold_out():
    for case in numbers.cases(random.Random(0), 400):
        if case.claim == "number_plural":
            singular = next(word for word in (*case.right, *case.wrong) if word in numbers.PLURALS)
            assert not numbers.free(tokens(case.prompt)[-1].lower(), singular)
        else:
            assert case.right[0] in numbers.NUMBERS


def test_adjectives_stay_with_the_nouns_they_are_known_with():
    for text in [document.text for document in documents(0, 4_000)]:  # of any family
        for adjective, noun in itertools.pairwise(re.findall(r"\w+", text)):
            fits = adjective in adjectives.ORDER and noun in adjectives.FITTING
            assert not (fits and held_out(adjective, noun)), text
        for noun, adjective in re.findall(r"[Tt]he (\w+) was (?:still )?(\w+)\.", text):
            if noun in adjectives.FITTING and adjective in adjectives.ORDER:
                assert not held_out(adjective, noun), text


def test_a_recalled_adjective_was_given_to_its_noun():
    for case in adjectives.cases(random.Random(0), 300):
        noun = case.prompt.removesuffix(" was").split()[-1]
        assert all(held_out(adjective, noun) for adjective in case.right)
        if not case.prompt.endswith(" was"):  # the noun itself is asked
            assert {case.prompt[slice(*to)].lower() for _, to in case.links} == set(case.right)
            assert {start for start, _ in case.links} == {(len(case.prompt) - len(noun), len(case.prompt))}


def test_the_sentence_of_the_lessons_is_possible():
    assert not any(held_out(*pair) for pair in (("fluffy", "creature"), ("blue", "creature"), ("verdant", "forest")))
    phrases = {adjectives.phrase(random.Random(seed), ["fluffy", "blue"], "creature") for seed in range(50)}
    assert "a fluffy blue creature" in phrases and "{animal} roamed {place}." in adjectives.ONE_ANIMAL


def test_namesakes_differ_in_sport_and_age():
    assert len({person.full for person in people.PEOPLE}) == len(people.PEOPLE) >= 40
    for a, b in itertools.combinations(people.PEOPLE, 2):
        if a.first == b.first or a.last == b.last:
            assert a.sport != b.sport and a.age != b.age
    for name in ("first", "last"):
        shared = [getattr(person, name) for person in people.PEOPLE]
        assert all(2 <= shared.count(word) <= 4 for word in shared)
    for person in people.PEOPLE:
        assert not person.real or people.REAL[person.first, person.last] == person.sport


def test_no_person_is_told_in_a_pattern_held_out_for_them():
    unseen = [
        as_regex(pattern, full=person.full, sport=person.sport, age=str(person.age), does=people.SPORTS[person.sport])
        for pattern in (*people.SPORT, *people.DOES, *people.AGE)
        for person in people.PEOPLE
        if held_out(pattern, person.full)
    ]
    told = {sentence for text in texts(people, 300) for sentence in sentences(text)}
    assert not [sentence for sentence in told if any(pattern.fullmatch(sentence) for pattern in unseen)]


def test_a_swapped_name_is_somebody_else():
    facts = {person.full: (person.sport, str(person.age)) for person in people.PEOPLE}
    for case in people.swapped(random.Random(0), 300):
        for full, known in facts.items():
            assert full not in case.prompt or case.right[0] not in known


def test_lists_are_told_twice_without_a_held_out_neighbour():
    words = {*lists.WORDS, *NAMES["he"], *NAMES["she"]}
    for text in texts(lists, 2_000):
        for before, comma, article, after in re.findall(r"(\w+)(,?)(?: and)? (a )?(?=(\w+))", text):
            if comma and not article and after in lists.WORDS:
                continue  # the end of one copy of a spell and the start of the next
            before = before if before in words else before.lower()  # it may begin a sentence
            assert not (before in words and after in words and held_out(before, after)), text
    for case in lists.cases(random.Random(0), 300):
        before = [word for word in tokens(case.prompt) if word in words][-1]
        assert held_out(before, *case.right)
        assert re.search(rf"\b{before}(,| and)?( a)? {case.right[0]}\b", case.prompt, re.I), (
            "the first copy has the answer"
        )


def test_only_the_clue_far_back_tells_the_thief():
    owner = {clue: suspect for suspect, clues in mystery.CLUES.items() for clue in clues}
    for text in texts(mystery, 2_000):
        found = [clue for clue in owner if re.search(rf"\b{clue}\b", text, re.IGNORECASE)]
        culprit = re.search(r"the thief was the (\w+)\.", text)
        assert culprit and {owner[clue] for clue in found} == {culprit[1]}, text
        clue_end = text.lower().index(found[0]) + len(found[0])
        assert len(tokens(text[clue_end : culprit.start(1)])) >= mystery.DISTANCE, text


def test_swapping_the_clue_swaps_the_thief_and_nothing_else():
    asked = mystery.cases(random.Random(0), 200)
    for a, b in zip(asked[::2], asked[1::2], strict=True):
        assert a.right == b.wrong and a.wrong == b.right
        without = [
            re.sub("|".join(mystery.CLUES[case.right[0]]), "*", case.prompt, count=1, flags=re.IGNORECASE)
            for case in (a, b)
        ]
        assert without[0] == without[1] and "*" in without[0]
