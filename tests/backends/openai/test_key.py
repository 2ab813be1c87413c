"""The key comes from the environment and goes to the server, and nowhere else."""

import pytest

from infometer.backends import BackendError, OpenAICompatible

MESSAGES = [{"role": "user", "content": "hello"}]


def everything(error):
    """All that a traceback would print of an error and of what led to it."""
    chain = [error, error.__cause__, error.__context__]
    return "".join(f"{part!r}{getattr(part, '__notes__', '')}" for part in chain)


def test_the_key_goes_with_each_request(server, connect, key):
    connect().generate(MESSAGES)
    assert server.requests[0].headers["Authorization"] == f"Bearer {key}"


def test_a_server_on_this_machine_needs_none(server, connect, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    connect().generate(MESSAGES)
    connect(api_key_env=None).generate(MESSAGES)
    assert [asked.headers["Authorization"] for asked in server.requests] == [None, None]


def test_any_other_server_does(monkeypatch):
    monkeypatch.delenv("MY_KEY", raising=False)
    backend = OpenAICompatible("https://models.invalid/v1", "tiny", api_key_env="MY_KEY")
    with pytest.raises(BackendError, match="variable MY_KEY is not set"):
        backend.generate(MESSAGES)
    backend.close()


def test_it_stands_in_no_repr_no_record_and_no_cache(server, connect, key, tmp_path, acts):
    server.will(acts.status(500, f"who is {key}?"), acts.raw(f"<p>{key}</p>".encode()))
    backend = connect(cache=tmp_path / "c.sqlite")
    backend.generate(MESSAGES)
    assert "who is [key]?" in backend.incidents[0].reason
    assert "<p>[key]</p>" in backend.incidents[1].reason
    shown = f"{backend!r} {backend.name} {backend.usage} {backend.incidents} {vars(backend)}"
    assert key not in shown
    files = list(tmp_path.iterdir())
    assert files
    assert all(key.encode() not in file.read_bytes() for file in files)


def test_it_stands_in_no_error(server, connect, key, acts):
    server.will(acts.status(401, f"Incorrect API key provided: {key}"))
    with pytest.raises(BackendError, match=r"provided: \[key\]; is the right key") as caught:
        connect().generate(MESSAGES)
    assert key not in everything(caught.value)
    server.will(*[acts.status(503, key)] * 3)
    with pytest.raises(BackendError) as caught:
        connect().generate(MESSAGES)
    assert key not in everything(caught.value)


@pytest.mark.parametrize("value", ["sk-secret\n", "sk secret", "sk-sécret"])
def test_a_key_that_no_header_can_hold_is_not_shown(connect, monkeypatch, value):
    monkeypatch.setenv("OPENAI_API_KEY", value)
    with pytest.raises(BackendError, match="OPENAI_API_KEY holds blanks") as caught:
        connect().generate(MESSAGES)
    assert "secret" not in everything(caught.value)


@pytest.mark.parametrize(
    "base_url", ["https://me:sk-secret@host/v1", "https://host/v1?key=sk-secret", "https://h/#sk-s"]
)
def test_an_address_with_a_key_in_it_is_refused_without_showing_it(base_url):
    with pytest.raises(ValueError, match="api_key_env") as caught:
        OpenAICompatible(base_url, "tiny")
    assert "sk-" not in everything(caught.value)
