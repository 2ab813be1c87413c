"""PVI of a language model: against a law in a table, and against a local model's own scores."""

import math
from itertools import pairwise

import numpy as np
import pytest

from infometer.backends import (
    AnswerItem,
    AnswerPrompt,
    ChoiceItem,
    LocalModel,
    ScoringNotSupportedError,
    TokenLogprobs,
    lm_pvi,
)

ITEMS = [
    ChoiceItem("Which is low?", ("low band", "high band"), 0, id="a", context="Of bands."),
    ChoiceItem("Which is high?", ("low cell", "high cell", "no cell"), 1, id="b"),
]


class Table:
    """Scores words by a rule of the prompt and the text, and keeps what it was asked."""

    name = "table"

    def __init__(self, log_p):
        self.log_p, self.asked = log_p, []

    def score(self, prompt, continuations):
        self.asked.append(prompt)
        found = []
        for text in continuations:
            cuts = [i for i, letter in enumerate(text) if letter == " "] + [len(text)]
            words = tuple(text[a:b] for a, b in pairwise(cuts))
            found.append(TokenLogprobs(words, tuple(self.log_p(prompt, word) for word in words)))
        return found


def flat(prompt, word):
    return -1.0


@pytest.fixture(scope="module")
def local(tiny_model, byte_tokenizer):
    pytest.importorskip("transformers")
    return LocalModel(tiny_model("llama"), byte_tokenizer(True))


def test_tokens_add_up_to_their_answers(local):
    items = [
        AnswerItem("Which band does the cell use?", "the lower band", id="one"),
        AnswerItem("Is the signal clear?", "yes, the signal is clear", id="two"),
    ]
    found = lm_pvi(local, items)
    sums = found.tokens.groupby("item")["pvi_bits"].sum().to_numpy()
    assert sums == pytest.approx(found.pvi / math.log(2), abs=1e-6)
    assert found.tokens.groupby("item")["token"].sum().tolist() == [
        " the lower band",
        " yes, the signal is clear",
    ]
    seen = local.score("Question: Is the signal clear?\nAnswer:", [" yes, the signal is clear"])
    null = local.score("Question:\nAnswer:", [" yes, the signal is clear"])
    assert found.pvi[1] == pytest.approx(seen[0].total - null[0].total, abs=1e-6)
    by_token = lm_pvi(local, items, reduction="token")
    assert by_token.information.value == pytest.approx(found.per_token.value)
    assert by_token.pvi == pytest.approx(found.tokens["pvi_bits"] * math.log(2), abs=1e-9)
    assert by_token.to_frame()["id"].tolist() == found.tokens["id"].tolist()


def test_several_right_answers_share_their_probability():
    table = Table(lambda prompt, word: -1.0 if "2 + 2" in prompt else -2.0)
    found = lm_pvi(table, [AnswerItem("2 + 2?", ("4", "four"), id="x")])
    assert found.log_p[0] == pytest.approx(math.log(2) - 1.0)
    assert found.pvi[0] == pytest.approx(1.0)
    assert found.tokens["answer"].tolist() == [0, 1]
    with pytest.raises(ValueError, match="1 items have several right answers, the first is x"):
        lm_pvi(table, [AnswerItem("2 + 2?", ("4", "four"), id="x")], reduction="token")


@pytest.mark.parametrize("options_by", ["letter", "text", "text per token"])
def test_choices_are_normalised_over_what_is_offered(options_by):
    def log_p(prompt, word):
        return -0.5 if word in (" A", " low") and "low?" in prompt else -1.5

    found = lm_pvi(Table(log_p), ITEMS, reduction="choice", options_by=options_by)
    lengths = 2 if options_by == "text per token" else 1
    p = 1 / (1 + math.exp(-1 / lengths))
    assert np.exp(found.log_p) == pytest.approx([p, 1 / 3])
    assert np.exp(found.log_p_null) == pytest.approx([1 / 2, 1 / 3])
    assert found.labels.tolist() == ["A", "B"]
    assert found.predicted.tolist() == ["A", "A"]
    assert found.accuracy == 0.5
    assert found.probabilities is None  # two and three options


def test_longer_options_lose_by_total_and_not_by_token():
    item = ChoiceItem("Which?", ("one", "one two three"), key=1)
    other = Table(lambda prompt, word: -2.0)
    totals = lm_pvi(Table(flat), [item], reduction="choice", options_by="text", null_backend=other)
    assert np.exp(totals.log_p) == pytest.approx([1 / (1 + math.exp(2))])
    means = lm_pvi(
        Table(flat), [item], reduction="choice", options_by="text per token", null_backend=other
    )
    assert np.exp(means.log_p) == pytest.approx([0.5])


def test_right_options_add_their_probabilities():
    def log_p(prompt, word):
        return -0.5 if word == " C" and "?" in prompt else -1.5

    found = lm_pvi(Table(log_p), ITEMS, reduction="choice", gold=[{0}, {1, 2}])
    assert np.exp(found.log_p[1]) == pytest.approx((math.e + 1) / (math.e + 2))
    assert np.exp(found.log_p_null[1]) == pytest.approx(2 / 3)
    assert found.labels.tolist() == ["A", "C"]
    with pytest.raises(ValueError, match=r"gold\[1\] is \[2\].*with the item's key 1 among them"):
        lm_pvi(Table(flat), ITEMS, reduction="choice", gold=[{0}, {2}])
    with pytest.raises(ValueError, match="gold has 1 sets for 2 items"):
        lm_pvi(Table(flat), ITEMS, reduction="choice", gold=[{0}])


def test_each_null_sees_what_it_says():
    prompts = {}
    for null_seen in ((), ("question",), ("options",), ("context", "question")):
        table = Table(flat)
        lm_pvi(table, ITEMS[:1], reduction="choice", null_seen=null_seen)
        prompts[null_seen] = table.asked[-1]
    letters = "\nA.\nB.\nAnswer:"
    full = "\nA. low band\nB. high band\nAnswer:"
    assert prompts[()] == "Question:" + letters
    assert prompts["question",] == "Question: Which is low?" + letters
    assert prompts["options",] == "Question:" + full
    assert prompts["context", "question"] == "Of bands.\n\nQuestion: Which is low?" + letters
    assert table.asked[0] == "Of bands.\n\nQuestion: Which is low?" + full


def test_the_leak_of_options_is_what_they_alone_tell():
    """A model that takes the option with a comma, whatever is asked."""
    items = [ChoiceItem(f"{k}?", (f"{k}, and so on", f"only {k}"), key=0) for k in range(8)]

    def log_p(prompt, word):
        return math.log(0.9 if (word == " A") == ("A. " in prompt and "," in prompt) else 0.1)

    fair = Table(lambda prompt, word: math.log(0.5))
    leak = lm_pvi(Table(log_p), items, reduction="choice", seen=["options"], null_backend=fair)
    assert leak.information.value == pytest.approx(math.log(2) + math.log(0.9))
    assert leak.information.quantity == "I_V(options→answer)"
    rest = lm_pvi(Table(log_p), items, reduction="choice", null_seen=["options"])
    assert rest.information.value == pytest.approx(0.0)
    assert rest.information.quantity == "I_V(question→answer | options)"
    assert "No usable information is seen" in rest.findings[0].what


def test_exemplars_stand_solved_before_both_prompts():
    table = Table(flat)
    exemplar = AnswerItem("1 + 1?", "2")
    lm_pvi(table, [AnswerItem("2 + 2?", "4")], exemplars=[exemplar])
    assert table.asked == [
        "Question: 1 + 1?\nAnswer: 2\n\nQuestion: 2 + 2?\nAnswer:",
        "Question:\nAnswer: 2\n\nQuestion:\nAnswer:",
    ]
    with pytest.raises(ValueError, match="1 exemplars are among the items"):
        lm_pvi(table, [exemplar], exemplars=[exemplar])


def test_a_prompt_that_items_share_is_sent_once():
    table = Table(flat)
    lm_pvi(table, [AnswerItem(f"{k}?", str(k)) for k in range(5)])
    assert len(table.asked) == 6


def test_a_model_trained_without_questions_serves_as_null():
    other = Table(lambda prompt, word: -3.0)
    items = [AnswerItem(f"{k}?", str(k)) for k in range(3)]
    found = lm_pvi(Table(flat), items, null_backend=other)
    assert found.pvi == pytest.approx(np.full(3, 2.0))
    assert not any("null prompt" in finding.what for finding in found.findings)
    alone = lm_pvi(Table(flat), items)
    assert any("not one trained without" in finding.what for finding in alone.findings)


def test_answers_of_different_lengths_are_told():
    items = [AnswerItem("a?", "one"), AnswerItem("b?", "one two")]
    found = lm_pvi(Table(flat), items)
    assert any(finding.evidence == "1 to 2 tokens." for finding in found.findings)


def test_two_tokenisers_are_told():
    class Whole(Table):
        def score(self, prompt, continuations):
            return [TokenLogprobs((text,), (-1.0,)) for text in continuations]

    with pytest.raises(ValueError, match="item x: with the question its answer is cut into"):
        lm_pvi(Table(flat), [AnswerItem("?", "a b", id="x")], null_backend=Whole(flat))


def test_bad_input_is_refused():
    answer = [AnswerItem("?", "a")]
    for arguments, message in [
        (([],), "items is empty"),
        ((ITEMS,), "items hold a ChoiceItem for reduction='sum'; expected AnswerItem"),
        ((answer, "mean"), "reduction is 'mean'"),
    ]:
        given = dict(zip(("items", "reduction"), arguments, strict=False))
        with pytest.raises(ValueError, match=message):
            lm_pvi(Table(flat), **given)
    with pytest.raises(ValueError, match="give g' and g the same prompts"):
        lm_pvi(Table(flat), answer, null_seen=["question"])
    with pytest.raises(ValueError, match="options_by is 'number'"):
        lm_pvi(Table(flat), ITEMS, reduction="choice", options_by="number")
    with pytest.raises(ValueError, match=r"seen holds \['answer'\]"):
        lm_pvi(Table(flat), answer, seen=["answer"])
    with pytest.raises(ValueError, match="has no place for"):
        AnswerPrompt("Answer:", ["question"])
    with pytest.raises(ValueError, match="the answer '4' begins '4 apples'"):
        AnswerItem("2 + 2?", ("4 apples", "4"))
    with pytest.raises(ValueError, match="has an empty answer"):
        AnswerItem("2 + 2?", "")


def test_a_backend_without_scores_says_so():
    class Mute(Table):
        def score(self, prompt, continuations):
            raise ScoringNotSupportedError("mute gives no log-probabilities")

    with pytest.raises(ScoringNotSupportedError):
        lm_pvi(Mute(flat), [AnswerItem("?", "a")])


def test_braces_in_a_question_stay():
    prompt = AnswerPrompt("Question: {question}\nAnswer:", ["question"])
    assert prompt.of(AnswerItem("What is {options}?", "a")).startswith(
        "Question: What is {options}?"
    )
