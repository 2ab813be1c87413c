"""A small world of operators, stations and bands, with questions on it and readers of it."""

import dataclasses
import json
import math
import re

import numpy as np
import pytest

from infometer.backends import ScoringNotSupportedError, TokenLogprobs
from infometer.questions import Chunk, Evidence, Question
from infometer.questions.option_order import balance_positions

COLOURS = [
    "amber", "azure", "beige", "black", "brown", "coral", "ebony", "green", "hazel", "ivory",
    "khaki", "lilac", "mauve", "ochre", "olive", "peach", "sepia", "taupe", "umber", "white",
]  # fmt: skip
SYLLABLES = ["ka", "lo", "mi", "nu", "pe", "ra", "su", "ti", "vo", "za"]


def name(number, first):
    """Write a number of up to three digits as a word."""
    return first + "".join(SYLLABLES[int(digit)] for digit in f"{number:03d}")


def colour(number):
    return COLOURS[(7 * number + number // 20) % 20]


def station_chunk(number):
    text = f"Station {name(number, 'S')} transmits in the {colour(number)} band."
    return Chunk(f"world.md#s{number}", "world.md", "Stations", text)


def operator_chunk(number):
    text = f"Operator {name(number, 'O')} runs station {name(number, 'S')}."
    return Chunk(f"world.md#o{number}", "world.md", "Operators", text)


def evidence_of(*chunks):
    return tuple(Evidence(chunk.id, chunk.text) for chunk in chunks)


def one_hop(number):
    others = [other for other in COLOURS if other != colour(number)]
    wrong = np.random.default_rng(number).choice(others, size=3, replace=False).tolist()
    options = (colour(number), *wrong)
    return Question(
        f"one{number}", "multiple_choice", "easy",
        f"Which band is that of station {name(number, 'S')}?", options, 0,
        evidence_of(station_chunk(number)), (name(number, "S"),),
    )  # fmt: skip


def two_hops(number):
    asked = f"What does the station of operator {name(number, 'O')} transmit in?"
    return dataclasses.replace(
        one_hop(number), id=f"two{number}", level="medium", question=asked,
        evidence=evidence_of(operator_chunk(number), station_chunk(number)),
        path=(name(number, "O"), name(number, "S"), "band"),
    )  # fmt: skip


def statement(number, *, true):
    told = colour(number if true else number + 1)
    return Question(
        f"say{number}", "true_false", "easy",
        f"Station {name(number, 'S')} transmits in the {told} band.", ("True", "False"),
        0 if true else 1, evidence_of(station_chunk(number)), (name(number, "S"),),
    )  # fmt: skip


def world(n):
    """Give the questions of one hop, of two and the statements on 3 n stations; and all chunks."""
    questions = [
        *(one_hop(number) for number in range(n)),
        *(two_hops(number) for number in range(n, 2 * n)),
        *(statement(number, true=number % 2 == 0) for number in range(2 * n, 3 * n)),
    ]
    chunks = [make(number) for number in range(3 * n) for make in (station_chunk, operator_chunk)]
    return balance_positions(questions), chunks


class Reader:
    """Reads the context, follows one name to the next, and guesses evenly where it is not told."""

    name = "reader"
    scores = True

    def __init__(self):
        self.asked = 0

    def generate(self, messages, **how):
        self.asked += 1
        task = json.loads(messages[-1]["content"])
        assert task["task"] == "answer"
        options = list(task["options"].values())
        chosen = self.told(task["context"], task["question"], options)
        letter = list(task["options"])[options.index(chosen)] if chosen else "A"
        return [json.dumps({"answer": letter})]

    def score(self, prompt, continuations):
        if not self.scores:
            raise ScoringNotSupportedError("this reader only answers")
        self.asked += 1
        context, _, rest = prompt.rpartition("Question: ")
        question, *lines = rest.removesuffix("\nAnswer:").split("\n")
        options = [line[3:] for line in lines]
        chosen = self.told(context, question, options)
        likely = [0.97 if option == chosen else 0.03 / (len(options) - 1) for option in options]
        even = [1 / len(options)] * len(options)
        return [
            TokenLogprobs((text,), (math.log(p),))
            for text, p in zip(continuations, likely if chosen else even, strict=True)
        ]

    def told(self, context, question, options):
        """The option that the question itself or the context tells."""
        for option in options:
            if question.endswith(f"It is {option}."):
                return option
        sentences = context.split("\n\n")
        if options[:1] in (["True"], ["False"]):
            known = any(re.findall(r"S[a-z]{6}", question)[0] in text for text in sentences)
            return ("True" if question in map(str.strip, sentences) else "False") if known else None
        reached = set(re.findall(r"\b[OS][a-z]{6}\b", question))
        for _ in range(2):
            for text in sentences:
                named = set(re.findall(r"\b[OS][a-z]{6}\b", text))
                reached |= named if named & reached else set()
        seen = [text for text in sentences if set(re.findall(r"\bS[a-z]{6}\b", text)) & reached]
        said = [option for option in options if f"{option.split()[0]} band" in " ".join(seen)]
        return said[0] if said else None


class Guesser(Reader):
    """Answers by lot, whatever is told."""

    def told(self, context, question, options):
        return options[np.random.default_rng(self.asked).integers(len(options))]


@pytest.fixture(scope="session")
def small_world():
    return world(12)


@pytest.fixture
def reader():
    return Reader()


@pytest.fixture
def guesser():
    return Guesser()


@pytest.fixture(scope="session")
def make_world():
    return world
