"""A transformer from scratch on texts; scikit-learn's common checks give it no text."""

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")

from infometer.estimators.neural import TextTransformer, TextTransformerClassifier  # noqa: E402
from infometer.estimators.neural.text_transformer_classifier import read_texts  # noqa: E402
from infometer.estimators.neural.word_vocabulary import WordVocabulary, split_words  # noqa: E402

SMALL = {"width": 16, "heads": 2, "layers": 1, "lr": 0.01, "min_count": 1}


def items(n, seed=0):
    rng = np.random.default_rng(seed)
    words = np.array(["cat", "dog", "sees", "a", "the", "red", "old"])
    texts = [" ".join(rng.choice(words, rng.integers(2, 8))) for _ in range(n)]
    return texts, np.array(["cat" in text for text in texts])


def test_padding_changes_no_logits():
    module = TextTransformer(20, 3, width=16, heads=2).eval()
    ids = torch.tensor([[1, 5, 6, 0, 0], [1, 7, 8, 9, 10]])
    with torch.no_grad():
        together, alone = module(ids), module(ids[:1, :3])
    torch.testing.assert_close(together[:1], alone)


def test_the_order_of_words_is_seen():
    module = TextTransformer(20, 3, width=16, heads=2).eval()
    with torch.no_grad():
        first, second = module(torch.tensor([[1, 5, 6], [1, 6, 5]]))
    assert not torch.allclose(first, second, atol=1e-4)


def test_vocabulary_counts_orders_and_encodes():
    rows = [("B a, b", "a b c"), ("b", "")]
    vocabulary = WordVocabulary.of(rows, min_count=2)
    assert vocabulary.words == ("b", "a")
    assert len(vocabulary) == 6
    assert vocabulary.encode([("a c", "b"), ("", "")]).tolist() == [
        [1, 5, 3, 2, 4],
        [1, 2, 0, 0, 0],
    ]
    assert split_words("Don't stop — 2.5") == ["don", "'", "t", "stop", "—", "2", ".", "5"]


def test_a_word_is_learned_and_texts_come_in_any_usual_form():
    texts, labels = items(400)
    classifier = TextTransformerClassifier(**SMALL, max_epochs=8).fit(texts, labels)
    held_out, truth = items(100, seed=1)
    found = classifier.predict_proba(held_out)
    assert (classifier.predict(held_out) == truth).mean() > 0.97
    for form in (np.array(held_out), pd.Series(held_out), pd.DataFrame({"text": held_out})):
        assert np.array_equal(classifier.predict_proba(form), found)
    np.testing.assert_allclose(classifier.predict_proba(held_out[::-1])[::-1], found, atol=1e-6)


def test_a_pair_is_told_from_its_parts():
    rng = np.random.default_rng(2)
    pairs = pd.DataFrame(rng.choice(["cat", "dog"], (300, 2)), columns=["first", "second"])
    labels = (pairs["first"] == pairs["second"]).to_numpy().astype(int)
    classifier = TextTransformerClassifier(**SMALL, max_epochs=15, dropout=0.0)
    assert classifier.fit(pairs, labels).score(pairs, labels) == 1.0
    with pytest.raises(ValueError, match=r"X has 1 texts an item; .* trained on 2"):
        classifier.predict(["cat"])


def test_empty_texts_give_the_null_model_the_shares_of_the_classes():
    labels = np.array([0] * 150 + [1] * 50)
    null = TextTransformerClassifier(**SMALL | {"lr": 0.003}, dropout=0.0, max_epochs=20)
    found = null.fit([""] * 200, labels).predict_proba(["", "never seen"])
    np.testing.assert_allclose(found[0], [0.75, 0.25], atol=0.03)


def test_the_same_seed_gives_the_same_figures_and_leaves_torch_alone():
    texts, labels = items(60)
    classifier = TextTransformerClassifier(**SMALL, max_epochs=1)
    first = classifier.fit(texts, labels).predict_proba(texts)
    torch.manual_seed(5)
    state = torch.get_rng_state()
    assert np.array_equal(classifier.fit(texts, labels).predict_proba(texts), first)
    assert torch.equal(torch.get_rng_state(), state)


def test_only_the_embeddings_depend_on_the_vocabulary():
    def weights(n_tokens):
        torch.manual_seed(0)
        return TextTransformer(n_tokens, 2, width=16, heads=2).state_dict()

    small, large = weights(4), weights(400)
    assert all(torch.equal(small[k], large[k]) for k in small if k != "embedding.weight")


def test_what_are_no_texts_is_refused_by_name():
    texts, labels = items(20)
    classifier = TextTransformerClassifier(**SMALL, max_length=5)
    with pytest.raises(ValueError, match="items of more than max_length=5 words and signs"):
        classifier.fit(texts, labels)
    with pytest.raises(ValueError, match="X has 1 missing texts, the first at 1"):
        read_texts(["a", None])
    with pytest.raises(ValueError, match="X is a single text"):
        read_texts("a")
    with pytest.raises(ValueError, match=r"X has shape \(2, 1\) and holds other things than texts"):
        read_texts([1.0, 2.0])
    with pytest.raises(ValueError, match="y has 1 missing labels"):
        classifier.fit(["a", "b"], [0, None])
    with pytest.raises(ValueError, match="width is 15"):
        TextTransformer(10, 2, width=15)
