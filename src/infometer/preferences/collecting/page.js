"use strict";

// States of the page: starting, who (asks for a name), ready (a pair is shown), sending (an answer
// is on its way), away (the server does not answer; it is tried again), idle (nothing to ask now),
// closed (the address no longer holds).

const PREFIX = `infometer:${document.body.dataset.collection}:`;
const FIRST_PAUSE = 300; // milliseconds until the server is tried again; doubled each time
const LONGEST_PAUSE = 5000;
const LOOK_AGAIN = 3000; // while others hold the last pairs
const REST = 150; // a second tap of the same finger is no answer to the next pair
const SHORT = 90; // characters of a text that is set large

const $ = (id) => document.getElementById(id);
const cards = [...document.querySelectorAll(".card")];
const seat = remembered(sessionStorage, "seat", () => crypto.randomUUID());
let rater = sessionStorage.getItem("rater");
let turn = null;
let shows = 0;

function remembered(storage, key, make) {
  const value = storage.getItem(key) ?? make();
  storage.setItem(key, value);
  return value;
}

function enter(state, message = "") {
  document.body.dataset.state = state;
  $("message").textContent = message;
}

const atRest = () => ["ready", "idle"].includes(document.body.dataset.state);

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// The outbox: what was said stands here until the server has it on its disk. Every message has a
// key of its own, so that windows side by side do not overwrite one another.

function keep(path, said) {
  localStorage.setItem(PREFIX + said.key, JSON.stringify({ path, said, at: Date.now() }));
}

function outbox() {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) }))
    .sort((a, b) => a.at - b.at);
}

async function post(path, said) {
  for (let wait = FIRST_PAUSE; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
    try {
      const reply = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(said),
      });
      if (reply.status < 500) return reply;
    } catch {
      // no connection: as a server that fails
    }
    enter("away", "The server is away. Your answer is kept here; trying again …");
    await pause(wait);
  }
}

async function deliver() {
  let reply = null;
  for (const { key, path, said } of outbox()) {
    reply = await post(path, said);
    if (reply.status === 404) return close();
    if (!reply.ok) {
      const { error = reply.statusText } = await reply.json().catch(() => ({}));
      localStorage.removeItem(key);
      return enter("closed", `The server refused an answer: ${error}. Reload to go on.`);
    }
    const body = await reply.json();
    localStorage.removeItem(key);
    reply = said.seat === seat && said.rater === rater ? body : null;
  }
  if (reply !== null) return show(reply);
  reply = await post("next", { seat, rater });
  return reply.ok ? show(await reply.json()) : close();
}

function close() {
  $("pair").hidden = $("actions").hidden = true;
  enter("closed", "This address no longer holds. Open the one that the server printed when it was "
    + "started; what you answered is kept.");
}

async function show(next) {
  turn = next;
  const mine = ++shows;
  tellProgress();
  $("pair").hidden = turn.pair === null;
  $("prompt").textContent = turn.prompt ?? "";
  $("prompt").hidden = !turn.prompt;
  $("actions").hidden = false;
  $("undo").disabled = turn.undoable === null;
  for (const chosen of document.querySelectorAll(".chosen")) chosen.classList.remove("chosen");
  if (turn.pair === null) {
    enter("idle", turn.waiting
      ? "The last pairs are with others; the page looks again by itself."
      : "You have compared every pair. Thank you!");
    if (turn.waiting) {
      await pause(LOOK_AGAIN);
      if (mine === shows) deliver();
    }
    return;
  }
  enter("sending");
  scrollTo(0, 0);
  await Promise.all([pause(REST), ...turn.pair.map((item, i) => fill(cards[i], item, i))]);
  if (mine === shows) enter("ready");
}

async function fill(card, item, i) {
  const key = document.createElement("kbd");
  key.textContent = i + 1;
  key.ariaHidden = true;
  const parts = [key];
  let image = null;
  if (item.has_image) {
    image = new Image();
    image.alt = ["The first image", "The second image"][i];
    image.src = `items/${item.item}/image`;
    parts.push(image);
  }
  if (item.text !== null) parts.push(paragraph(item.text, item.text.length <= SHORT ? "short" : ""));
  card.replaceChildren(...parts);
  await image?.decode().catch(() => {
    image.replaceWith(paragraph("This image cannot be shown: skip the pair.", "lost"));
  });
}

function paragraph(text, kind) {
  const made = document.createElement("p");
  made.textContent = text; // never as markup
  made.className = kind;
  return made;
}

function tellProgress() {
  const { by_rater, in_all, n_compared, n_items } = turn;
  $("progress").textContent =
    `${by_rater} by you · ${in_all} in all · ${n_compared} of ${n_items} items seen`;
  $("rater").hidden = false;
  $("rater").firstElementChild.textContent = rater;
  const bar = $("bar");
  bar.ariaValueMax = n_items;
  bar.ariaValueNow = n_compared;
  bar.firstElementChild.style.transform = `scaleX(${n_compared / n_items})`;
}

function answer(outcome) {
  if (document.body.dataset.state !== "ready") return;
  const id = crypto.randomUUID();
  const [first, second] = turn.pair.map(({ item }) => item);
  document.querySelector(`[data-outcome="${outcome}"]`).classList.add("chosen");
  keep("answer", { key: id, id, seat, rater, first, second, outcome });
  enter("sending");
  deliver();
}

function undo() {
  if (!atRest() || turn.undoable === null) return;
  shows++;
  keep("undo", { key: `undo:${turn.undoable}`, answer: turn.undoable, seat, rater });
  enter("sending");
  deliver();
}

function ask() {
  shows++;
  $("who").hidden = false;
  $("pair").hidden = $("actions").hidden = $("rater").hidden = $("prompt").hidden = true;
  $("progress").textContent = "";
  $("name").value = rater ?? localStorage.getItem("infometer:name") ?? "";
  enter("who");
  $("name").focus();
}

function begin(event) {
  event?.preventDefault();
  const name = event ? $("name").value.trim() : rater;
  if (!name) return;
  rater = name;
  sessionStorage.setItem("rater", rater);
  localStorage.setItem("infometer:name", rater);
  $("who").hidden = true;
  enter("sending");
  deliver();
}

const KEYS = {
  1: () => answer("first"), ArrowLeft: () => answer("first"),
  2: () => answer("second"), ArrowRight: () => answer("second"),
  0: () => answer("tie"), "=": () => answer("tie"),
  s: () => answer("skip"), u: undo,
};

document.addEventListener("keydown", (event) => {
  const elsewhere = event.target instanceof HTMLInputElement;
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || elsewhere) return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});
for (const button of document.querySelectorAll("[data-outcome]")) {
  button.addEventListener("click", () => answer(button.dataset.outcome));
}
$("undo").addEventListener("click", undo);
$("change").addEventListener("click", () => atRest() && ask());
$("who").addEventListener("submit", begin);
if (rater === null) ask();
else begin();
