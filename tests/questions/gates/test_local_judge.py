"""A model that is loaded answers and scores for the gates, end to end; what it says is noise."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from infometer.backends import LocalModel  # noqa: E402
from infometer.questions import check_questions  # noqa: E402

MODEL_GATES = ("key agreement", "context needed", "hops")


def words(texts):
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    splitter = pre_tokenizers.Whitespace()
    found = {word for text in texts for word, _ in splitter.pre_tokenize_str(text)}
    places = {word: place for place, word in enumerate(["<e>", "<unk>", *sorted(found)])}
    tokenizer = Tokenizer(models.WordLevel(places, unk_token="<unk>"))
    tokenizer.pre_tokenizer = splitter
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<e>", unk_token="<unk>")


def random_model(questions, chunks, n_positions):
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = words([c.text for c in chunks] + [q.question for q in questions] + list("ABCDEF"))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = GPT2Config(
            vocab_size=len(tokenizer), n_positions=n_positions, n_embd=8, n_layer=1, n_head=2,
            bos_token_id=0, eos_token_id=list(range(len(tokenizer))),  # one token ends an answer
        )  # fmt: skip
        return LocalModel(GPT2LMHeadModel(config).eval(), tokenizer)


@pytest.fixture
def few(small_world):
    questions, chunks = small_world
    return [*questions[:2], *questions[12:14], *questions[24:26]], chunks


def verdicts(found):
    return {
        gate: [r for q in found.questions for r in q.gates if r.gate == gate]
        for gate in MODEL_GATES
    }


def test_a_random_model_judges_every_question_and_breaks_nothing(few):
    questions, chunks = few
    found = check_questions(questions, documents=chunks, judge=random_model(*few, 4096))
    results = verdicts(found)
    assert {r.verdict for r in results["key agreement"]} == {"not run"}  # it writes no JSON
    assert "without an answer" in results["key agreement"][0].reason
    assert {r.verdict for r in results["context needed"]} == {"fail"}
    assert all(abs(r.figure) < 0.5 for r in results["context needed"])
    assert [q.pvi_bits for q in found.questions] == [r.figure for r in results["context needed"]]
    assert not found.accepted


def test_what_is_too_long_for_a_model_is_not_judged(few):
    questions, chunks = few
    found = check_questions(questions, documents=chunks, judge=random_model(*few, 16))
    for results in verdicts(found).values():
        assert {r.verdict for r in results} == {"not run"}
    assert "reads 16 at once" in verdicts(found)["context needed"][0].reason
