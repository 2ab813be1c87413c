"""Abbreviations, entities, formulas and their graph, on texts whose answer is known."""

import pytest

from infometer.backends import MalformedAnswerError, RuleBased
from infometer.questions import (
    Chunk,
    build_entity_graph,
    chunk_documents,
    example_document,
    extract_entities,
    find_acronyms,
    propose_entities,
    read_formula,
    sample_paths,
)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("User Equipment (UEs) are many.", [("UE", "User Equipment")]),
        ("the signal-to-noise ratio (SNR) is high", [("SNR", "signal-to-noise ratio")]),
        ("Radio Resource Management (RRM) is it.", [("RRM", "Radio Resource Management")]),
        ("an HMAC-based one (see RFC 2104) and more (or less)", []),
        ("A value (e.g. 12) of power (W) is given.", []),
        ("Internet of things (IoT) grows.", [("IoT", "Internet of things")]),
    ],
)
def test_abbreviations(text, pairs):
    assert find_acronyms(text) == pairs


def test_the_example_has_its_abbreviations_terms_and_symbols():
    entities = {e.surface: e for e in extract_entities(chunk_documents([example_document()]))}
    assert entities["SIC"].definition == "Successive interference cancellation"
    assert entities["SINR"].type == "acronym"
    assert entities["water level"].type == "term"
    assert entities["R"].definition == "R = log2(1 + S)"


def test_a_backend_may_only_name_what_stands_in_the_text():
    chunk = Chunk("a#1", "a", "", "Users apply SIC.")
    invented = RuleBased(
        {"extract_entities": lambda payload: '[{"surface": "MIMO", "type": "acronym"}]'}
    )
    with pytest.raises(MalformedAnswerError, match="does not stand in the text"):
        propose_entities(invented, chunk)


@pytest.mark.parametrize(
    ("text", "numbers", "value"),
    [
        ("P = (2^r - 1) · N/g", {"r": 3, "N": 2, "g": 4}, 3.5),
        ("R = log_2(1 + S)", {"S": 7}, 3.0),
        ("γ_k = p_k g_k/N_0", {"p_k": 2, "g_k": 3, "N_0": 4}, 1.5),
        ("s = min(max(w/8, Q), w/2)", {"w": 8, "Q": 5}, 4.0),
        ("L = -a + sqrt(b)", {"a": 1, "b": 9}, 2.0),
    ],
)
def test_formulas_have_their_value(text, numbers, value):
    assert read_formula(text).value(numbers) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["x = 3", "x = x + 1", "minth = minimum threshold", "a = b = c", "a = f.__class__",
     "a = sum(b)", "x = 0.3 (0.1 in the paper)", "The gain = power"],
)  # fmt: skip
def test_what_is_no_formula_is_refused(text):
    assert read_formula(text) is None


def test_a_formula_without_a_value_says_so():
    with pytest.raises(ValueError, match="has no value"):
        read_formula("a = b/c").value({"b": 1.0, "c": 0.0})


def test_triples_have_subject_verb_and_object():
    chunk = Chunk("a#1", "a", "", "The BS requires CSI for beams. Without CSI the BS sends less.")
    graph = build_entity_graph([chunk], extract_entities([chunk]))
    assert graph.triples == [("BS", "requires", "CSI")]
    assert len(graph.links["CSI", "BS"]) == 2
    assert graph.neighbours("BS") == ["CSI"]


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_paths_take_a_chunk_for_each_hop_and_repeat_nothing(hops):
    chunks = chunk_documents([example_document()])
    graph = build_entity_graph(chunks, extract_entities(chunks))
    paths = sample_paths(graph, hops, 40, random_state=0)
    assert len(paths) == 40
    assert paths == sample_paths(graph, hops, 40, random_state=0)
    assert paths != sample_paths(graph, hops, 40, random_state=1)
    for surfaces, links in paths:
        assert len(set(surfaces)) == hops + 1
        assert len({link.chunk for link in links}) == hops
        for first, second, link in zip(surfaces, surfaces[1:], links, strict=False):
            assert first in link.sentence
            assert second in link.sentence
    seen = {surfaces for surfaces, _ in paths}
    assert not any(surfaces[::-1] in seen for surfaces in seen)


def test_paths_have_one_to_three_hops():
    with pytest.raises(ValueError, match="hops is 4"):
        sample_paths(build_entity_graph([], []), 4, 1)
