"""Random language models of a few thousand weights, and a tokeniser made on the spot."""

import functools

import pytest

TEXTS = [
    "Question: Which band does the cell use? Answer: the lower band",
    "A. the upper band B. the lower band C. both of them D. none",
    "user: Is the signal clear? assistant: yes, the signal is clear",
]


@functools.cache
def make_tokenizer(begins):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=["<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(TEXTS, trainer)
    if begins:
        bpe.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
        )
    return PreTrainedTokenizerFast(tokenizer_object=bpe, bos_token="<s>", eos_token="</s>")


def gpt2():
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=330, n_positions=96, n_embd=16, n_layer=2, n_head=2,
        bos_token_id=0, eos_token_id=1, initializer_range=0.5,
    )  # fmt: skip
    return GPT2LMHeadModel(config)


def llama():
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=330, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=96,
        bos_token_id=0, eos_token_id=1, initializer_range=0.5,
    )  # fmt: skip
    return LlamaForCausalLM(config)


@pytest.fixture(scope="session")
def byte_tokenizer():
    """A function: byte-level BPE, which puts <s> in front of a text and </s> behind if it is to."""
    return lambda begins=False: make_tokenizer(begins)


@pytest.fixture(scope="session")
def tiny_model():
    """A function: a random model of a kind, "gpt2" or "llama", and a seed."""
    import torch

    def make(kind="gpt2", seed=0):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            return {"gpt2": gpt2, "llama": llama}[kind]().eval()

    return make
