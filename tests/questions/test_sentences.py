"""Sentences are cut where they end, and only those that stand alone are drawn from."""

import pytest

from infometer.questions import chunk_documents, document_from_text, example_document
from infometer.questions.sentences import split_sentences, why_not_alone
from infometer.questions.verbs import main_clause


def test_abbreviations_decimals_and_brackets_end_no_sentence():
    text = (
        "Power, e.g. 3.5 dB, is used (cf. Fig. 2 of Dr. Lin). The gain (see No. 4. Not here) is 1. "
        "RFC 793 is old."
    )
    assert split_sentences(text) == [
        "Power, e.g. 3.5 dB, is used (cf. Fig. 2 of Dr. Lin).",
        "The gain (see No. 4. Not here) is 1.",
        "RFC 793 is old.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "This assigns resource blocks to each user of the cell.",
        "However, the MAC scheduler assigns resource blocks to users.",
        "In this case, the MAC scheduler assigns blocks to users.",
        "The MAC scheduler assigns resource blocks as described above.",
        "The MAC scheduler is explained in Section 4 of the text.",
        "The method assigns resource blocks to each user.",
        "By default, the algorithm assigns resource blocks to users.",
        "Assign the resource blocks to users that have data.",
        "The resource blocks of all users in the cell.",
        "We assign resource blocks to the users of a cell.",
        "When it starts, the MAC scheduler assigns resource blocks.",
        "The function f(x) = 2 assigns resource blocks to users.",
        "The MAC scheduler (see annex assigns resource blocks to users.",
        "Blocks are assigned.",
    ],
)
def test_what_leans_on_its_neighbours_does_not_stand_alone(sentence):
    assert why_not_alone(sentence) is not None


@pytest.mark.parametrize(
    "sentence",
    [
        "The MAC scheduler assigns resource blocks to each user.",
        "If the queue is full, then the packet is discarded.",
        "The size of the P bucket is defined by the peak burst size.",
        "ECN provides notification of congestion without dropping packets.",
    ],
)
def test_what_names_its_things_stands_alone(sentence):
    assert why_not_alone(sentence) is None


def test_a_clause_is_parted_only_after_a_short_subject():
    assert main_clause("The MAC scheduler carries data.").subject == "The MAC scheduler"
    assert main_clause("When a user sends, the scheduler waits.") is None
    assert main_clause("The users of a cell are served.").is_plural


def test_chunks_are_whole_sentences_of_one_section_and_of_the_asked_size():
    text = "# A\n\n" + "Users share the power of one cell. " * 120 + "\n\n# B\n\nA short one.\n"
    chunks = chunk_documents([document_from_text(text, "a.md")])
    assert [chunk.section for chunk in chunks] == ["A", "A", "A", "B"]
    assert all(200 <= len(chunk.text.split()) <= 400 for chunk in chunks[:-1])
    assert all(chunk.text.endswith(".") for chunk in chunks)
    with pytest.raises(ValueError, match=r"words is \(400, 200\)"):
        chunk_documents([document_from_text(text, "a.md")], words=(400, 200))


def test_most_sentences_of_the_example_stand_alone():
    sentences = [
        s for chunk in chunk_documents([example_document()]) for s in split_sentences(chunk.text)
    ]
    prose = [sentence for sentence in sentences if "=" not in sentence]
    assert sum(why_not_alone(sentence) is None for sentence in prose) > len(prose) * 2 / 3
