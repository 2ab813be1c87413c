"""Two people at once in two browsers, and a server that is killed while they answer."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from infometer.preferences.collecting import read_items

TOKEN = "a-token-of-twenty-four-c"
START = "from infometer.cli import main; main()"
EACH = 25
WITNESS = """
window.told = []; window.sent = 0;
const send = window.fetch;
window.fetch = async (path, settings) => {
  const said = path === "answer" ? JSON.parse(settings.body) : null;
  if (said !== null) window.sent += 1;
  const reply = await send(path, settings);
  if (said !== null && reply.ok) window.told.push([said.id, said.first, said.second, said.outcome]);
  return reply;
};
document.addEventListener("DOMContentLoaded", () => new MutationObserver((_, observer) => {
  if (document.body.dataset.state === "away") window.wasAway = true;
}).observe(document.body, { attributes: true }));
"""


@pytest.fixture(scope="module")
def people(start_browser):
    """Two browsers that note which answers the server said it has."""
    drivers = [start_browser(), start_browser()]
    for driver in drivers:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WITNESS})
    return drivers


@pytest.fixture
def serve(tmp_path):
    """Start ``infometer comparisons collect`` in a process of its own; give it once it listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "items.txt").write_text("\n".join(f"<b>{i}</b> of 16" for i in range(16)))
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "INFOMETER_COLLECT_TOKEN": TOKEN}
    started = []

    def serve(database):
        command = ["comparisons", "collect", tmp_path / "items.txt", "--db", database]
        process = subprocess.Popen(
            [sys.executable, "-c", START, *map(str, command), "--port", str(port)],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        started.append(process)
        process.address = re.search(r"http\S+", process.stdout.readline()).group()
        return process

    serve.items = tmp_path / "items.txt"
    yield serve
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def until(ready, what, seconds=30.0):
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def state(driver):
    return driver.execute_script("return document.body.dataset.state")


def begin(driver, address, name):
    from selenium.webdriver.common.keys import Keys

    driver.get_log("browser")  # what an earlier page left
    driver.get(address)
    until(lambda: state(driver) == "who", "no name is asked for")
    driver.switch_to.active_element.send_keys(name + Keys.ENTER)


def press(driver, key):
    driver.find_element("tag name", "body").send_keys(key)


def answer_all(driver):
    """Press a key for each pair, and return what the server acknowledged."""
    for i in range(EACH):
        until(lambda: state(driver) == "ready", f"no pair after {i} answers")
        press(driver, "1200s="[i % 6])
        until(lambda i=i: driver.execute_script("return told.length") > i, f"answer {i} was lost")
    return driver.execute_script("return [told, sent, window.wasAway === true]")


@pytest.mark.browser
def test_no_answer_of_two_people_is_lost_or_doubled_by_kill_9(people, serve, open_store, address):
    server = serve(address)
    for driver, name in zip(people, ("Ann", "Bob"), strict=True):
        begin(driver, server.address, name)
    store = open_store(address, items=read_items(serve.items))
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(answer_all, driver) for driver in people]
        until(lambda: len(store.answers()) >= 20, "20 answers do not come")
        server.send_signal(signal.SIGKILL)
        server.wait()
        kept = len(store.answers())
        assert kept < 2 * EACH
        serve(address)
        results = [run.result() for run in running]
    told = [tuple(answer) for answers, _, _ in results for answer in answers]
    assert all(away for _, _, away in results)
    assert sum(sent for _, sent, _ in results) > 2 * EACH  # some were sent again
    in_database = [(a.id, a.first, a.second, a.outcome) for a in store.answers()]
    assert len(in_database) == len(set(in_database)) == 2 * EACH
    assert set(in_database) == set(told)
    for name in ("Ann", "Bob"):
        pairs = [answer.pair for answer in store.answers() if answer.rater == name]
        assert len(pairs) == len(set(pairs)) == EACH


@pytest.mark.browser
def test_texts_stay_text_and_undo_and_reload_work(people, serve, open_store, tmp_path):
    address = f"sqlite:///{tmp_path / 'answers.db'}"
    server, driver = serve(address), people[0]
    store = open_store(address, items=read_items(serve.items))
    begin(driver, server.address, "Eve <i>")

    def ready():
        until(lambda: state(driver) == "ready", "no pair is shown")
        return [card.text for card in driver.find_elements("css selector", ".card")]

    shown = ready()
    assert all("<b>" in text for text in shown)
    assert driver.find_elements("css selector", "main b") == []
    driver.find_elements("css selector", ".card")[1].click()
    until(lambda: len(store.answers()) == 1, "a click is no answer")
    assert (store.answers()[0].outcome, store.answers()[0].rater) == ("second", "Eve <i>")
    after = ready()
    assert after != shown
    driver.refresh()
    assert ready() == after
    press(driver, "u")
    until(lambda: store.answers() == [], "undo does nothing")
    assert ready() == shown
    log = [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    assert log == []


@pytest.mark.browser
def test_long_texts_begin_at_the_top_of_their_cards(people, serve, tmp_path):
    serve.items.write_text("\n".join(["many words " * 150, "a few more words " * 8]))
    server, driver = serve(f"sqlite:///{tmp_path / 'answers.db'}"), people[0]
    begin(driver, server.address, "Eve")
    until(lambda: state(driver) == "ready", "no pair is shown")
    gaps = driver.execute_script(
        "return [...document.querySelectorAll('.card')].map((card) => "
        "card.querySelector('p').getBoundingClientRect().top - card.getBoundingClientRect().top)"
    )
    assert max(gaps) < 60


@pytest.mark.browser
def test_an_answer_outlives_the_page_that_could_not_send_it(people, serve, open_store, tmp_path):
    address = f"sqlite:///{tmp_path / 'answers.db'}"
    server, driver = serve(address), people[1]
    store = open_store(address, items=read_items(serve.items))
    begin(driver, server.address, "Eve")
    until(lambda: state(driver) == "ready", "no pair is shown")
    server.send_signal(signal.SIGKILL)
    server.wait()
    press(driver, "1")
    until(lambda: state(driver) == "away", "the page does not say that the server is away")
    driver.get("about:blank")
    serve(address)
    assert store.answers() == []
    driver.get(server.address)
    until(lambda: len(store.answers()) == 1, "the answer was lost")
    until(lambda: state(driver) == "ready", "no pair is shown")


def test_ctrl_c_says_where_the_answers_are(serve, tmp_path):
    server = serve(f"sqlite:///{tmp_path / 'answers.db'}")
    with urllib.request.urlopen(server.address) as page:
        assert page.status == 200
    server.send_signal(signal.SIGINT)
    told = server.communicate(timeout=20)[0]
    assert f"0 answers in sqlite:///{tmp_path / 'answers.db'}" in told
    assert server.returncode == 130
    assert "Traceback" not in told
