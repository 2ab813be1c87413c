"""Bodies of requests and answers of OpenAI's chat and completions interfaces, written and read."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from infometer.backends.http_retries import RetryableError
from infometer.backends.protocol import Message, ScoringNotSupportedError, TokenLogprobs

__all__ = [
    "Api",
    "Choice",
    "echo_body",
    "first_token_body",
    "generation_body",
    "read_choices",
    "read_echo",
    "read_first_token",
]

Api = Literal["chat", "completions"]
LEAST_LOGPROB = -9999.0  # how servers write a probability that they do not tell

# Temperature 1: log-probabilities of the model's own law, on servers that scale them as well.
ONE_TOKEN = {"max_tokens": 1, "temperature": 1.0}


class Choice(NamedTuple):
    """One written answer, and whether it was cut off at `max_tokens`."""

    text: str
    truncated: bool


def generation_body(
    api: Api,
    messages: Sequence[Message],
    *,
    n: int,
    temperature: float,
    max_tokens: int,
    stop: Sequence[str] | None,
    seed: int | None,
) -> dict[str, Any]:
    """The request for `n` answers; for completions the contents, one after another, are the prompt.

    Examples
    --------
    >>> generation_body("completions", [{"role": "user", "content": "2 + 2 ="}], n=1,
    ...                 temperature=0.0, max_tokens=4, stop=None, seed=None)
    {'prompt': '2 + 2 =', 'temperature': 0.0, 'max_tokens': 4}
    """
    body: dict[str, Any] = (
        {"messages": [dict(message) for message in messages]}
        if api == "chat"
        else {"prompt": "\n\n".join(message["content"] for message in messages)}
    )
    body |= {"temperature": float(temperature), "max_tokens": max_tokens}
    optional = {"n": n if n > 1 else None, "stop": list(stop) if stop else None, "seed": seed}
    return body | {name: value for name, value in optional.items() if value is not None}


def read_choices(api: Api, answer: Any, n: int) -> list[Choice]:
    """The written answers, one at least and `n` at most; `RetryableError` says what came instead.

    Examples
    --------
    >>> read_choices("completions", {"choices": [{"text": "4", "finish_reason": "stop"}]}, 1)
    [Choice(text='4', truncated=False)]
    """
    choices = _choices(answer)
    if len(choices) > n:
        raise _malformed(f"{len(choices)} choices where {n} were asked for")
    return [_choice(api, choice) for choice in choices]


def _choices(answer: Any) -> list[Any]:
    choices = answer.get("choices") if isinstance(answer, Mapping) else None
    if not isinstance(choices, list) or not choices:
        raise _malformed(f"no choices: {answer!r:.200}")
    return choices


def _choice(api: Api, choice: Any) -> Choice:
    holder = _field(choice, "message") if api == "chat" else choice
    name = "content" if api == "chat" else "text"
    text = _field(holder, name)
    reason = _field(choice, "finish_reason")
    if not isinstance(text, str):
        raise _malformed(f"{name} is {text!r:.80} with the finish_reason {reason!r:.40}")
    return Choice(text, truncated=reason == "length")


def _field(holder: Any, name: str) -> Any:
    return holder.get(name) if isinstance(holder, Mapping) else None


def _malformed(what: str) -> RetryableError:
    return RetryableError(f"a malformed answer: {what}", status=200)


def first_token_body(prompt: str, top_logprobs: int) -> dict[str, Any]:
    """The request for the most probable first tokens of a chat's answer.

    Examples
    --------
    >>> first_token_body("A or B?", 5)["top_logprobs"]
    5
    """
    messages = [{"role": "user", "content": prompt}]
    return {"messages": messages, "logprobs": True, "top_logprobs": top_logprobs, **ONE_TOKEN}


def read_first_token(answer: Any, continuations: Sequence[str]) -> list[TokenLogprobs]:
    """log p of each continuation as the one first token; an absent one is not made up.

    Raises
    ------
    ScoringNotSupportedError
        If the server gave no log-probabilities, or a continuation is not among its tokens.

    Examples
    --------
    >>> tokens = [{"token": "A", "logprob": -0.1}, {"token": "B", "logprob": -2.5}]
    >>> answer = {"choices": [{"logprobs": {"content": [{"top_logprobs": tokens}]}}]}
    >>> [scored.total for scored in read_first_token(answer, ["B", "A"])]
    [-2.5, -0.1]
    """
    content = _field(_field(_choices(answer)[0], "logprobs"), "content")
    if not content:
        raise ScoringNotSupportedError(
            "the server gives no log-probabilities in a chat; give a model that does, or "
            "api='completions' where the server has it"
        )
    found: dict[str, float] = {}
    for entry in _field(content[0], "top_logprobs") or ():
        token, value = _field(entry, "token"), _field(entry, "logprob")
        if not isinstance(token, str) or not isinstance(value, int | float):
            raise _malformed(f"top_logprobs hold {entry!r:.80}")
        if value > LEAST_LOGPROB:
            found.setdefault(token, float(value))
    absent = [text for text in continuations if text not in found]
    if absent:
        raise ScoringNotSupportedError(
            f"a chat tells only the {len(found)} most probable first tokens, and {absent[0]!r} is "
            "not one of them: it is improbable or longer than a token. Raise top_logprobs if the "
            "server allows, ask for single letters, or give api='completions'"
        )
    return [_logprobs([text], [found[text]]) for text in continuations]


def echo_body(prompt: str, continuation: str) -> dict[str, Any]:
    """The request for the log-probabilities of given text, through its echo.

    One token is written as well: not every server allows none.

    Examples
    --------
    >>> echo_body("2 + 2 =", " 4")["prompt"]
    '2 + 2 = 4'
    """
    return {"prompt": prompt + continuation, "echo": True, "logprobs": 1, **ONE_TOKEN}


def read_echo(answer: Any, prompt: str, continuation: str) -> TokenLogprobs:
    """The log-probabilities of a continuation, cut out of the echo of prompt and continuation.

    Raises
    ------
    ScoringNotSupportedError
        If the server wrote but did not echo, or no token begins where the continuation does.

    Examples
    --------
    >>> told = {"tokens": ["2 + 2", " =", " 4", "."], "token_logprobs": [None, -3.0, -0.5, -1.0]}
    >>> read_echo({"choices": [{"text": "2 + 2 = 4.", "logprobs": told}]}, "2 + 2 =", " 4")
    TokenLogprobs(tokens=(' 4',), log_probabilities=(-0.5,))
    """
    choice = _choices(answer)[0]
    told = _field(choice, "logprobs")
    tokens, values = _field(told, "tokens"), _field(told, "token_logprobs")
    text = _field(choice, "text")
    echoed = isinstance(text, str) and text.startswith(prompt + continuation)
    if not echoed or not tokens or not values:
        raise ScoringNotSupportedError(
            "the server does not echo the prompt with its log-probabilities (llama.cpp and Ollama "
            "do not); give a server that does, such as vLLM, or LocalModel"
        )
    if len(tokens) != len(values) or not all(isinstance(token, str) for token in tokens):
        raise _malformed(f"{len(tokens)} tokens with {len(values)} token_logprobs")
    written = text[len(prompt) + len(continuation) :]
    first, last = _span(tokens, prompt, continuation, written)
    if None in values[first:last]:
        raise ScoringNotSupportedError(
            "the first token of all has no log-probability; give a prompt before the continuation"
        )
    return _logprobs(tokens[first:last], values[first:last])


def _span(tokens: Sequence[str], prompt: str, continuation: str, written: str) -> tuple[int, int]:
    """Where the continuation's tokens begin and end, found from the end of the echo.

    From the end, because a beginning-of-text token may stand before, and tokens do not join to a
    prompt with characters that are cut into bytes: then the continuation alone has to match. The
    token written after the echo may be an end-of-text that `written` does not show.
    """
    ends = list(itertools.accumulate(map(len, tokens), initial=0))
    joined = "".join(tokens)
    for context, last in itertools.product((prompt, ""), (len(tokens) - 1, len(tokens))):
        given = context + continuation
        shown = joined[ends[last] :] == written or (last < len(tokens) and not written)
        if shown and joined[: ends[last]].endswith(given):
            begin = ends[last] - len(continuation)
            if begin in ends:
                return ends.index(begin), last
            break
    raise ScoringNotSupportedError(
        f"no token begins where the continuation {continuation!r:.60} does: the tokens near it are "
        f"{list(tokens[-6:])!r:.200}. Let the continuation begin with the blank that stands before "
        "it, not the prompt end with it"
    )


def _logprobs(tokens: Sequence[str], values: Sequence[float]) -> TokenLogprobs:
    try:
        return TokenLogprobs(tuple(tokens), tuple(float(value) for value in values))
    except (TypeError, ValueError) as error:
        raise _malformed(str(error)) from None
