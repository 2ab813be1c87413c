"""A causal language model of Transformers on this machine, as a backend that writes and scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infometer.backends.continuation_tokens import ContinuationTokens, continuation_tokens
from infometer.backends.protocol import (
    BackendError,
    Message,
    PromptTooLongError,
    TokenLogprobs,
)
from infometer.extras import require
from infometer.resampling import integer_seed

__all__ = ["LocalModel"]


class LocalModel:
    r"""A causal language model from a local folder, or one that is in memory already.

    .. math:: \log p(t_j \mid \text{prompt}, t_{<j})
        = \log \operatorname{softmax}\big(z_{j-1}\big)_{t_j},

    with the logits z in single precision whatever that of the model. Nothing is downloaded, no
    code of the folder is run, and weights are read as safetensors only.

    Parameters
    ----------
    model : path or PreTrainedModel
        A folder that ``save_pretrained`` wrote, or a model, which is used as and where it is.
    tokenizer : PreTrainedTokenizerFast, optional
        By default that of the folder.
    device : str or torch.device, optional
        Where to load a folder's model; by default a GPU if there is one.
    batch_size : int
        Sequences at once.
    dtype : str or torch.dtype, optional
        Of a folder's model; by default that of its weights.

    Raises
    ------
    MissingExtraError
        Without the extra ``language``.
    ValueError
        For what is no folder, a model without tokeniser, or a tokeniser that does not say which
        characters a token stands for.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models, pre_tokenizers
    >>> from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    >>> words = Tokenizer(models.WordLevel({"yes": 0, "no": 1, "really": 2, "?": 3}, "?"))
    >>> words.pre_tokenizer = pre_tokenizers.Whitespace()
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
    >>> sizes = dict(vocab_size=4, n_positions=16, n_embd=8, n_layer=1, n_head=1)
    >>> model = GPT2LMHeadModel(GPT2Config(**sizes, bos_token_id=3, eos_token_id=3))
    >>> _ = model.lm_head.weight.data.zero_()
    >>> LocalModel(model, tokenizer).score("really", [" yes no"])[0].tokens
    (' yes', ' no')
    >>> round(LocalModel(model, tokenizer).score("really", [" yes no"])[0].total, 4)
    -2.7726
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any = None,
        *,
        device: Any = None,
        batch_size: int = 8,
        dtype: Any = None,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; expected at least 1")
        if isinstance(model, str | Path):
            folder = Path(model)
            self.model, self.label = _load_model(folder, device, dtype), folder.resolve().name
            tokenizer = tokenizer or _load_tokenizer(folder)
        else:
            if device is not None or dtype is not None:
                raise ValueError(
                    "device and dtype are for a model that is loaded from a folder; move a model "
                    "that is in memory yourself, with model.to"
                )
            self.model, self.label = model, type(model).__name__
        if not getattr(tokenizer, "is_fast", False):
            raise ValueError(
                f"tokenizer is {type(tokenizer).__name__}; expected a fast one "
                "(PreTrainedTokenizerFast), which says the characters of every token"
            )
        self.tokenizer, self.batch_size = tokenizer, batch_size

    @property
    def name(self) -> str:
        """The kind of backend, and the folder's own name or the model's class."""
        return f"local:{self.label}"

    @property
    def context_length(self) -> int | None:
        """Most tokens that the model reads at once; None where its configuration does not say."""
        config = self.model.config
        length = getattr(config, "max_position_embeddings", None)
        return None if length is None else int(length)

    def generate(
        self,
        messages: Sequence[Message],
        *,
        n: int = 1,
        temperature: float = 0.0,
        max_tokens: int = 512,
        stop: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> list[str]:
        """Write `n` answers to a conversation.

        It is written out by the tokeniser's chat template; without one as lines ``role: content``.

        Parameters
        ----------
        messages : sequence of {"role", "content"}
        n : int
        temperature : float
            0 takes the likeliest token each time; else tokens are drawn from softmax(z / T).
        max_tokens : int
        stop : sequence of str, optional
            An answer ends before the first of these.
        seed : int, optional
            Of the draws; torch's own state is left as it was.

        Returns
        -------
        list of str, length n

        Raises
        ------
        ValueError
            If the conversation with `max_tokens` is longer than the model can read.
        """
        if n < 1 or max_tokens < 1 or temperature < 0:
            raise ValueError(
                f"n is {n}, max_tokens {max_tokens}, temperature {temperature}; expected at least "
                "1, 1 and 0"
            )
        torch = require("torch", "language")
        ids = self._conversation(messages)
        self._check_length(len(ids), max_tokens)
        prompt = torch.tensor([ids], device=self.model.device)
        with _evaluating(self.model), torch.no_grad(), torch.random.fork_rng():
            torch.manual_seed(integer_seed(seed, "generate"))
            written = self.model.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                generation_config=self._generation(n, temperature, max_tokens, stop),
                tokenizer=self.tokenizer,
            )
        texts = self.tokenizer.batch_decode(written[:, len(ids) :], skip_special_tokens=True)
        answers = [_before(text, stop or ()) for text in texts]
        return answers * n if temperature == 0 else answers

    def score(self, prompt: str, continuations: Sequence[str]) -> list[TokenLogprobs]:
        """Log-probabilities of the tokens of each continuation, nats.

        Parameters
        ----------
        prompt : str
            As it is: no chat template is put around it.
        continuations : sequence of str

        Returns
        -------
        list of TokenLogprobs

        Raises
        ------
        ValueError
            If a token straddles the boundary (see `continuation_tokens`), or a text is longer than
            the model can read.
        """
        rows = [continuation_tokens(self.tokenizer, prompt, text) for text in continuations]
        for row in rows:
            self._check_length(row.start, len(row.ids) - row.start - 1)
        order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
        found: dict[int, TokenLogprobs] = {}
        for first in range(0, len(rows), self.batch_size):
            places = order[first : first + self.batch_size]
            logs = self._log_probabilities([rows[place] for place in places])
            for place, values in zip(places, logs, strict=True):
                found[place] = TokenLogprobs(rows[place].strings, values)
        return [found[place] for place in range(len(rows))]

    def _log_probabilities(self, rows: list[ContinuationTokens]) -> list[tuple[float, ...]]:
        """Of the tokens from each row's start on: padded on the right, where nobody looks."""
        torch = require("torch", "language")
        ids = torch.zeros(len(rows), max(len(row.ids) for row in rows), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for place, row in enumerate(rows):
            ids[place, : len(row.ids)] = torch.tensor(row.ids)
            mask[place, : len(row.ids)] = 1
        ids, mask = ids.to(self.model.device), mask.to(self.model.device)
        with _evaluating(self.model), torch.no_grad():
            logits = self.model(input_ids=ids[:, :-1], attention_mask=mask[:, :-1]).logits
        found = []
        for place, row in enumerate(rows):
            end = len(row.ids)
            logs = logits[place, row.start - 1 : end - 1].float().log_softmax(dim=-1)
            own = logs.gather(1, ids[place, row.start : end, None])
            found.append(tuple(own[:, 0].tolist()))
        return found

    def _conversation(self, messages: Sequence[Message]) -> list[int]:
        if not messages:
            raise ValueError("messages is empty; expected at least one with a role and a content")
        turns = [dict(message) for message in messages]
        if getattr(self.tokenizer, "chat_template", None):
            text = self.tokenizer.apply_chat_template(
                turns, tokenize=False, add_generation_prompt=True
            )
            return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])
        lines = [f"{turn['role']}: {turn['content']}" for turn in turns]
        return list(self.tokenizer("\n".join([*lines, "assistant:"]))["input_ids"])

    def _generation(
        self, n: int, temperature: float, max_tokens: int, stop: Sequence[str] | None
    ) -> Any:
        """Draws from the model's own law, neither cut nor bent by defaults of the folder."""
        own = self.model.generation_config
        pad = own.pad_token_id
        law = {"do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0}
        return require("transformers", "language").GenerationConfig(
            max_new_tokens=max_tokens,
            num_return_sequences=n if temperature > 0 else 1,
            eos_token_id=own.eos_token_id,
            pad_token_id=pad if pad is not None else (self.tokenizer.pad_token_id or 0),
            stop_strings=list(stop) if stop else None,
            **(law if temperature > 0 else {"do_sample": False}),
        )

    def _check_length(self, prompt: int, more: int) -> None:
        limit = self.context_length
        if limit is not None and prompt + more > limit:
            raise PromptTooLongError(
                f"the prompt has {prompt} tokens and up to {more} follow; {self.name} reads "
                f"{limit} at once: shorten the prompt (nothing is cut)"
            )


def _load_model(folder: Path, device: Any, dtype: Any) -> Any:
    torch = require("torch", "language")
    transformers = require("transformers", "language")
    if not (folder / "config.json").is_file():
        raise ValueError(
            f"model is {str(folder)!r}, which is no folder with a config.json; expected the folder "
            "of a model (save_pretrained writes one): nothing is downloaded"
        )
    try:
        model = transformers.AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=dtype or "auto",
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError) as error:
        raise BackendError(
            f"the model in {folder.name!r} cannot be loaded; expected weights as safetensors "
            f"and no code of its own: {error}"
        ) from error
    where = device or ("cuda" if torch.cuda.is_available() else "cpu")
    return model.to(where).eval()


def _load_tokenizer(folder: Path) -> Any:
    loader = require("transformers", "language").AutoTokenizer
    return loader.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


@contextmanager
def _evaluating(model: Any) -> Iterator[None]:
    """The model in evaluation mode; every module of it is back in its own mode afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def _before(text: str, stop: Sequence[str]) -> str:
    """The text before the first stop string in it."""
    ends = [place for word in stop if (place := text.find(word)) >= 0]
    return text[: min(ends)] if ends else text
