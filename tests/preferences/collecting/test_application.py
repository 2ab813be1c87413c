import json
import uuid

import pytest

from infometer.preferences.collecting import Item, collecting_application
from infometer.preferences.collecting.assignment import Assigner

testclient = pytest.importorskip("starlette.testclient", reason="needs httpx2")

TOKEN = "a-token-of-twenty-four-c"
SEAT = str(uuid.UUID(int=1))
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def client(open_store, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "cat.png").write_bytes(b"\x89PNG cat")
    items = (Item("cat", image=tmp_path / "cat.png"), Item("m", text=MARKUP), Item("t", text="t"))
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}", items, question=f"Which? {MARKUP}")
    application = collecting_application(store, TOKEN, random_state=0)
    with testclient.TestClient(application, base_url=f"http://127.0.0.1:8765/{TOKEN}/") as client:
        client.store = store
        yield client


def said(**changes):
    answer = {"id": str(uuid.uuid4()), "seat": SEAT, "rater": "Ann", "first": 0, "second": 1,
              "outcome": "first"}  # fmt: skip
    return {**answer, **changes}


def test_an_answer_is_kept_before_it_is_acknowledged_and_once(client):
    turn = client.post("next", json={"seat": SEAT, "rater": "Ann"}).json()
    first, second = (item["item"] for item in turn["pair"])
    answer = said(first=first, second=second)
    for _ in range(2):
        reply = client.post("answer", json=answer)
        assert reply.status_code == 200
        [kept] = client.store.answers()
        assert (kept.id, kept.pair) == (answer["id"], tuple(sorted((first, second))))
    assert reply.json()["undoable"] == answer["id"]
    undone = client.post("undo", json={**answer, "answer": answer["id"]}).json()
    assert [item["item"] for item in undone["pair"]] == [first, second]
    assert client.store.answers() == []


def test_names_of_items_are_not_told(client):
    turn = client.post("next", json={"seat": SEAT, "rater": "Ann"}).json()
    assert all(set(item) == {"item", "text", "has_image"} for item in turn["pair"])


@pytest.mark.parametrize(
    "path", ["/", "/x/", f"/{TOKEN[:-1]}/", f"/{TOKEN}x/next", "/é/", f"/{TOKEN[:-1]}/page.js"]
)
def test_without_the_token_there_is_nothing(client, path):
    for reply in (client.get(f"http://127.0.0.1:8765{path}"),
                  client.post(f"http://127.0.0.1:8765{path}", json={})):  # fmt: skip
        assert reply.status_code == 404
        assert "infometer" not in reply.text.lower()


def test_another_host_name_is_refused(client):
    assert client.get("", headers={"host": "evil.example"}).status_code == 400
    assert client.get("", headers={"host": "localhost:8765"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["items/../secret.txt", "items/%2e%2e/secret.txt", "..%2fsecret.txt", "secret.txt",
     "items/0/../../secret.txt", "application.py", "store.py", "items/9/image", "items/1/image",
     "items/-1/image"],
)  # fmt: skip
def test_only_the_images_of_items_are_served(client, path):
    reply = client.get(f"http://127.0.0.1:8765/{TOKEN}/{path}")
    assert reply.status_code == 404
    assert "secret" not in reply.text


def test_images_and_the_files_of_the_page_are_served(client):
    assert client.get("items/0/image").content == b"\x89PNG cat"
    assert client.get("items/0/image").headers["content-type"] == "image/png"
    for name in ("page.js", "page.css", "icon.svg"):
        assert client.get(name).status_code == 200


def test_headers_keep_the_page_and_its_address_to_itself(client):
    for path in ("", "page.js", "items/0/image", "absent"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]


def test_markup_in_the_question_is_text(client):
    page = client.get("").text
    assert "<img" not in page
    assert "&lt;img" in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id": "1"}, "id is '1'; expected a UUID"),
        ({"id": None}, "id is None"),
        ({"seat": 3}, "seat is 3"),
        ({"rater": " "}, "expected a name"),
        ({"rater": "x" * 101}, "expected a name"),
        ({"rater": "a\0b"}, "expected a name"),
        ({"rater": "a\ud83d"}, "expected a name"),
        ({"first": 3}, "an item from 0 to 2"),
        ({"first": -1}, "an item from 0 to 2"),
        ({"first": True}, "an item from 0 to 2"),
        ({"first": 1}, "both 1"),
        ({"outcome": "both"}, "outcome is 'both'"),
    ],
)
def test_what_is_no_answer_is_refused_and_not_kept(client, changes, told):
    kind = {"content-type": "application/json"}
    reply = client.post("answer", content=json.dumps(said(**changes)), headers=kind)
    assert reply.status_code == 400
    assert told in reply.json()["error"]
    assert client.store.answers() == []


def test_other_bodies_are_refused(client):
    kind = {"content-type": "application/json"}
    assert client.post("next", content=b"{", headers=kind).status_code == 400
    assert client.post("next", content=b"[]", headers=kind).status_code == 400
    assert client.post("next", content=b"[" * 4000, headers=kind).status_code == 400
    assert client.post("next", content=b" " * 5000, headers=kind).status_code == 413
    form = {"content-type": "text/plain"}
    text = json.dumps({"seat": SEAT, "rater": "Ann"})
    assert client.post("next", content=text, headers=form).status_code == 415


def test_an_undo_of_what_was_never_said_and_an_id_of_two_answers(client):
    assert client.post("undo", json=said(answer=str(uuid.uuid4()))).status_code == 409
    answer = said()
    client.post("answer", json=answer)
    assert client.post("answer", json={**answer, "outcome": "tie"}).status_code == 409


def test_a_database_that_fails_is_told_as_such(client, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def fails(*_):
        raise OperationalError("SELECT 1", {}, Exception("password=secret"))

    monkeypatch.setattr(Assigner, "turn", fails)
    reply = client.post("next", json={"seat": SEAT, "rater": "Ann"})
    assert reply.status_code == 503
    assert "secret" not in reply.text


def test_a_next_pair_that_cannot_be_found_does_not_refuse_the_answer(client, monkeypatch):
    def fails(*_):
        raise ValueError("singular")

    monkeypatch.setattr(Assigner, "turn", fails)
    with pytest.raises(ValueError, match="singular"):  # the server answers 500: the page retries
        client.post("answer", json=said())
    assert len(client.store.answers()) == 1


def test_a_token_that_can_be_guessed_is_refused(client):
    with pytest.raises(ValueError, match="token has 4 characters") as caught:
        collecting_application(client.store, "abcd")
    assert "abcd" not in str(caught.value)
