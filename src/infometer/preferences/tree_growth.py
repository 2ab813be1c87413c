"""Growing a tree of responses with a text backend: dynamic tree generation."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from infometer.backends import TextBackend, task_messages
from infometer.backends.protocol import Message
from infometer.preferences.prefix_tree import PrefixTree
from infometer.resampling import integer_seed, root_seed

__all__ = ["Continuation", "continuation_messages", "grow_prefix_tree"]

Continuation = Literal["ask", "completion", "prefill"]

INSTRUCTION = (
    "Continue the response to the prompt from exactly where its text stops: write only what comes "
    "next, beginning with the blank or line break that comes first. Write nothing if the response "
    "is complete. 'alternative' numbers the continuations that are asked for at this place; let "
    "them differ."
)


def continuation_messages(
    prompt: str, text: str, continuation: Continuation = "ask", alternative: int = 0
) -> list[Message]:
    """A conversation whose answer continues `text`, a beginning of a response to `prompt`.

    ============  ========================================  =====================================
    continuation  the messages                              understood by
    ============  ========================================  =====================================
    ask           the task "continue": prompt and text      every chat, and `RuleBased`
    completion    one: the prompt with the text after it    servers with ``api="completions"``,
                                                            and `LocalModel` where the template
                                                            of its tokeniser adds nothing
    prefill       the prompt, then the text as the          llama.cpp's server (unless
                  assistant's, left open                    ``--no-prefill-assistant``) and Ollama
    ============  ========================================  =====================================

    Only ``"completion"`` and ``"prefill"`` continue by the model's own law, and a server without
    them says nothing: OpenAI's chat answers a prefilled text anew. vLLM's chat continues only where
    ``continue_final_message`` is set, which fails at the root: use its completions, with the chat
    template written out in the prompt.

    Parameters
    ----------
    prompt, text : str
    continuation : {"ask", "completion", "prefill"}
    alternative : int
        Told by "ask", so that rules and caches know siblings apart.

    Returns
    -------
    list of messages

    Examples
    --------
    >>> continuation_messages("Why?", "It rains. ", "completion")
    [{'role': 'user', 'content': 'Why?It rains. '}]
    """
    if continuation == "completion":
        return [{"role": "user", "content": prompt + text}]
    if continuation == "prefill":
        begun = [{"role": "assistant", "content": text}] if text else []
        return [{"role": "user", "content": prompt}, *begun]
    payload = {"prompt": prompt, "text": text, "alternative": alternative}
    return task_messages("continue", INSTRUCTION, payload)


class _Draws(NamedTuple):
    """Continuations of one prompt from one backend, each with a seed named by its place."""

    backend: TextBackend
    prompt: str
    continuation: Continuation
    separators: tuple[str, ...]
    temperatures: tuple[float, float]
    max_tokens: int
    seed: int

    def rest(self, text: str, alternative: int) -> str:
        """A response's text from `text` to its end: hot to the first separator, then cooler."""
        branching, continuing = self.temperatures
        head = ""
        if branching != continuing:
            head = self._written(text, "head", alternative, branching, stop=self.separators)
        return head + self._written(text + head, "rest", alternative, continuing, stop=None)

    def _written(
        self, text: str, part: str, alternative: int, temperature: float, stop: Any
    ) -> str:
        key = ("prefix tree", self.prompt, text, part, alternative)
        (answer,) = self.backend.generate(
            continuation_messages(self.prompt, text, self.continuation, alternative),
            temperature=temperature,
            max_tokens=self.max_tokens,
            stop=stop,
            seed=integer_seed(self.seed, *key) % 2**31,
        )
        return answer


class _Sprouts:
    """A tree that still grows: no two siblings have the same segment."""

    def __init__(self) -> None:
        self.parents, self.segments, self.depths = [-1], [""], [0]
        self.ended = [False]
        self._child: dict[tuple[int, str], int] = {}

    def add(self, node: int, segments: Sequence[str]) -> list[int]:
        """Put a response's segments below a node; the nodes that are new, in their order."""
        new = []
        for segment in segments:
            key = (node, segment)
            if key not in self._child:
                self._child[key] = len(self.parents)
                self.parents.append(node)
                self.segments.append(segment)
                self.depths.append(self.depths[node] + 1)
                self.ended.append(False)
                new.append(self._child[key])
            node = self._child[key]
        self.ended[node] = True
        return new

    def text(self, node: int) -> str:
        """The text up to a node."""
        return "" if node == 0 else self.text(self.parents[node]) + self.segments[node]


def grow_prefix_tree(
    backend: TextBackend,
    prompt: str,
    *,
    depth: int,
    branching: int = 2,
    separators: Sequence[str] = ("\n",),
    max_tokens: int = 512,
    temperatures: tuple[float, float] = (1.2, 0.7),
    continuation: Continuation = "ask",
    random_state: Any = None,
) -> PrefixTree:
    r"""Write responses to a prompt that share beginnings: B continuations at each of D levels.

    Every request writes a response to its end, and the response is cut into segments after each
    separator: its first D − ℓ segments below a node of depth ℓ become nodes, the last of them with
    all that follows. A node on its way, B − 1 other responses then start from. So nothing that is
    written is thrown away, every response is whole, and a full tree of :math:`B^D` responses takes
    as many draws. Siblings with the same text are one node.

    The hotter of the temperatures holds from a branch point to the first separator, the other for
    the rest of the response; two requests a response, and one where they are equal. (A backend
    tells neither which stop string it met nor whether it met one, so the second request writes the
    separator, or nothing where the response had ended.) The response that leads through a node is
    its first child, drawn at the cooler temperature.

    Parameters
    ----------
    backend : TextBackend
        `Recording` around it, or the cache of `OpenAICompatible`, resumes a run that was stopped
        and gives the tree again without a request, if `random_state` is an int.
    prompt : str
    depth : int
        D, levels at which responses branch.
    branching : int
        B, continuations of a node, 2 or more.
    separators : sequence of str
        A segment ends with one: ends of lines, sentences or steps.
    max_tokens : int
        Of each request: a response may be cut there, as one that ended.
    temperatures : (float, float)
        After a branch point, and elsewhere; above 0, and equal for `RuleBased`, which knows no stop
        strings.
    continuation : {"ask", "completion", "prefill"}
        How a beginning is put to the backend; `continuation_messages` says which does what.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    PrefixTree

    Raises
    ------
    ValueError
        Numbers out of range, empty separators, or a backend that wrote nothing at all.

    References
    ----------
    T. Qiu et al., "Reward generalization in RLHF: a topological perspective", Findings of ACL
    (2025), algorithm 1. There each segment is a request of its own.

    Examples
    --------
    >>> from infometer.backends import RuleBased
    >>> backend = RuleBased({"continue": lambda payload: f"{payload['alternative']}, then 5."})
    >>> grow_prefix_tree(backend, "Count.", depth=2, separators=[", "], temperatures=(1, 1)).leaves
    ('0, then 5.', '1, then 5.', '0, 1, then 5.', '1, 1, then 5.')
    """
    _check(depth, branching, separators, max_tokens, temperatures, continuation)
    seed = root_seed(random_state)
    draws = _Draws(backend, prompt, continuation, tuple(separators), temperatures, max_tokens, seed)
    tree, queue = _Sprouts(), deque([(0, 0)])
    while queue:
        node, had = queue.popleft()
        for alternative in range(had, branching):
            written = draws.rest(tree.text(node), alternative)
            new = tree.add(node, _segments(written, separators, depth - tree.depths[node]))
            queue.extend((child, 1) for child in new if _branches(tree, child, depth))
    if len(tree.segments) == 1:
        raise ValueError(
            f"{backend.name} wrote nothing in {branching} answers to the prompt {prompt!r:.60}; "
            "look at one with backend.generate, and at the continuation"
        )
    return PrefixTree(prompt, np.array(tree.parents), tuple(tree.segments), np.array(tree.ended))


def _branches(tree: _Sprouts, node: int, depth: int) -> bool:
    """Whether responses start from a node: one goes on there, and it is not too deep."""
    return tree.depths[node] < depth and not tree.ended[node]


def _segments(text: str, separators: Sequence[str], most: int) -> list[str]:
    """The text cut after each run of separators that does not begin it, in `most` parts at most."""
    word = "|".join(re.escape(one) for one in sorted(separators, key=len, reverse=True))
    found = re.findall(f"(?:{word})*.+?(?:{word})+|.+$", text, flags=re.DOTALL)
    return [*found[: most - 1], "".join(found[most - 1 :])] if len(found) > most else found


def _check(
    depth: int,
    branching: int,
    separators: Sequence[str],
    max_tokens: int,
    temperatures: tuple[float, float],
    continuation: str,
) -> None:
    for name, value, least in (
        ("depth", depth, 1),
        ("branching", branching, 2),
        ("max_tokens", max_tokens, 1),
    ):
        if value < least:
            raise ValueError(f"{name} is {value}; expected at least {least}")
    if isinstance(separators, str) or not separators or not all(separators):
        raise ValueError(f"separators are {separators!r}; expected a sequence of texts, not empty")
    if len(temperatures) != 2 or not all(value > 0 for value in temperatures):
        raise ValueError(
            f"temperatures are {temperatures!r}; expected two numbers above 0: at 0 all siblings "
            "would be the same"
        )
    if continuation not in get_args(Continuation):
        raise ValueError(
            f"continuation is {continuation!r}; it must be one of {get_args(Continuation)}"
        )
