"""One address that takes JSON and answers with JSON: the key, the limits, the failures."""

from __future__ import annotations

import json
import os
import threading
import time
import weakref
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from infometer.backends.http_retries import RetryableError, retry_after_seconds
from infometer.backends.protocol import BackendError
from infometer.backends.usage import UsageMeter, token_counts
from infometer.extras import require

__all__ = ["JsonEndpoint", "is_loopback", "read_base_url"]

RETRIED = {408, 409, 425, 429}  # and every 5xx
SHOWN = 300  # characters of a server's message


def read_base_url(base_url: str) -> str:
    """The address without a slash at its end; with ``/v1`` where it has no path.

    Raises
    ------
    ValueError
        If it is no http(s) address, or holds a password, a query or a fragment.

    Examples
    --------
    >>> read_base_url("http://localhost:8000")
    'http://localhost:8000/v1'
    """
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(
            "base_url is no http or https address; expected one such as "
            "'https://api.openai.com/v1' or 'http://localhost:8000/v1'"
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(
            f"base_url of {parts.hostname} holds a user, password, query or fragment; give the "
            "bare address, and the key in the environment variable that api_key_env names"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') or '/v1'}"


def is_loopback(url: str) -> bool:
    """Whether the address is this machine's own.

    Examples
    --------
    >>> is_loopback("http://127.0.0.1:8000/v1"), is_loopback("https://api.openai.com/v1")
    (True, False)
    """
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class JsonEndpoint:
    """Posts JSON to one address; what another attempt may cure is a `RetryableError`.

    Parameters
    ----------
    url : str
    api_key_env : str or None
        The environment variable with the key. It is read for each request and kept nowhere.
    timeout_s : float
        For a connection, and for each piece of an answer.
    max_concurrency : int
        Requests at the same time, over all threads.
    meter : UsageMeter

    Examples
    --------
    >>> JsonEndpoint("http://localhost:8000/v1/completions", None, 60.0, 4, UsageMeter()).url
    'http://localhost:8000/v1/completions'
    """

    def __init__(
        self,
        url: str,
        api_key_env: str | None,
        timeout_s: float,
        max_concurrency: int,
        meter: UsageMeter,
    ) -> None:
        self.url = url
        self.api_key_env = api_key_env
        self._httpx = require("httpx2", "http")
        # Proxies of the environment do not stand between a machine and itself.
        self._client = self._httpx.Client(timeout=timeout_s, trust_env=not is_loopback(url))
        self.close = weakref.finalize(self, self._client.close)
        self._places = threading.BoundedSemaphore(max_concurrency)
        self._meter = meter

    def post(self, body: Mapping[str, Any]) -> tuple[str, Any]:
        """Send one request.

        Returns
        -------
        text : str
            The answer as it came.
        answer : parsed JSON

        Raises
        ------
        RetryableError
            If no answer came, none that is JSON, or status 408, 409, 425, 429 or 5xx.
        BackendError
            For any other status, with the server's message; without a key that is needed.
        """
        key = self._key()
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        with self._places:
            started = time.perf_counter()
            try:
                response = self._client.post(self.url, content=json.dumps(body), headers=headers)
            except self._httpx.RequestError as error:
                reason = f"{type(error).__name__}: {error}".rstrip(": ")
                raise RetryableError(_without(key, reason)) from None
            finally:
                self._meter.add(requests=1, seconds=time.perf_counter() - started)
        if response.status_code != 200:
            raise self._failure(response, key)
        try:
            text = response.content.decode("utf-8")
            answer = json.loads(text)
        except (ValueError, RecursionError):
            kind = response.headers.get("content-type", "no content type")
            came = _without(key, response.text)[:SHOWN]
            raise RetryableError(f"the answer is no JSON ({kind}): {came!r}", status=200) from None
        self._meter.add(**token_counts(answer))
        return text, answer

    def _key(self) -> str:
        key = os.environ.get(self.api_key_env, "") if self.api_key_env else ""
        if not key and self.api_key_env and not is_loopback(self.url):
            raise BackendError(
                f"the environment variable {self.api_key_env} is not set, and {self.url} is not "
                "on this machine; set it to your key, name another one with api_key_env, or give "
                "api_key_env=None for a server without keys"
            )
        if not (key.isascii() and key.isprintable() and " " not in key):
            raise BackendError(
                f"the environment variable {self.api_key_env} holds blanks, line ends or "
                "characters that a key cannot have; set it to the bare key"
            )
        return key

    def _failure(self, response: Any, key: str) -> Exception:
        status = response.status_code
        told = f"status {status}: {_without(key, _server_message(response))[:SHOWN]}"
        if status in RETRIED or status >= 500:
            wait = retry_after_seconds(response.headers.get("retry-after"))
            return RetryableError(told, status=status, retry_after_s=wait)
        return BackendError(f"{self.url} answered with {told}{REMEDIES.get(status, '')}")


REMEDIES = {
    401: "; is the right key in the environment variable that api_key_env names?",
    403: "; is the right key in the environment variable that api_key_env names?",
    404: "; does base_url end as the server's pages say (often /v1), and does it have this model?",
}


def _server_message(response: Any) -> str:
    """``error.message`` of the usual error body, or the body."""
    try:
        error = response.json()["error"]
        return str(error["message"] if isinstance(error, dict) else error)
    except (ValueError, KeyError, TypeError):
        return response.text.strip() or response.reason_phrase


def _without(key: str, text: str) -> str:
    return text.replace(key, "[key]") if key else text
