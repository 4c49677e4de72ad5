/** A recording session: one prompt after the other, by keyboard alone; the pages are the server's. */

import { Recording, release, send, visit } from "./recording.js";

const KEYS = { " ": "record", Enter: "keep", r: "record", p: "play", s: "skip", b: "back" };
const DEAF = 500; // ms for which no key counts after a recording that ended by itself: it was meant to end it
const LABELS = { opening: "One moment…", recording: "Stop", sending: "Checking…" };

let stage = null;
let state = "idle"; // opening, recording, sending, moving
let recording = null;
let unsent = null; // a recording that has not arrived: nothing else happens before it has
let deafUntil = 0;
const visited = []; // the addresses of the prompts before this one, for "back"
const ways = { play: true, keys: true };

const part = (name) => stage.querySelector(`[data-do=${name}]`);
const form = (name) => stage.querySelector(`[data-${name}-form]`);

const deeds = {
  record() {
    if (state === "recording") return end();
    if (state !== "idle" || performance.now() < deafUntil) return undefined;
    return unsent ? deliver() : begin();
  },
  play() {
    const audio = stage.querySelector("audio");
    if (!audio) return undefined;
    if (!audio.paused) return audio.pause();
    audio.currentTime = 0;
    return audio.play();
  },
  keep() {
    return form("keep") ? move(() => send(form("keep")), true) : tell("Record first: press the space bar.");
  },
  skip() {
    return move(() => visit(part("skip").href), true);
  },
  back() {
    const address = visited.pop() ?? part("back")?.href;
    return address ? move(() => visit(address), false) : tell("This is the first one.");
  },
  again() {
    return move(() => visit(part("again").href), false);
  },
};

async function begin() {
  hush();
  become("opening");
  try {
    recording = new Recording(stage);
    await recording.begin(full);
    become("recording");
    tell("Speak now.");
  } catch (error) {
    become("idle");
    tell(`The microphone cannot be used: ${error.message}`);
  }
}

/** The longest recording is over; whoever presses a key just then wanted to end it. */
async function full() {
  deafUntil = Infinity;
  try {
    await end();
  } finally {
    deafUntil = performance.now() + DEAF;
  }
}

async function end() {
  if (state !== "recording") return;
  become("sending");
  tell("It is being made fit for the telephone.");
  unsent = await recording.end();
  await deliver();
}

async function deliver() {
  become("sending");
  try {
    const page = await send(form("record"), unsent);
    unsent = null;
    show(page);
    if (ways.play && stage.querySelector(".draft audio")) await deeds.play();
  } catch (error) {
    form("record").dataset.failed = "yes";
    become("idle");
    stage.querySelector("[data-label]").textContent = "Send again";
    tell(error.message);
  }
}

/** Drops what is being recorded. */
async function drop() {
  if (state !== "recording") return;
  become("sending");
  await recording.end();
  become("idle");
  tell("Nothing was kept of that.");
}

async function move(way, onward) {
  if (state !== "idle" || unsent) return;
  const here = location.href;
  hush();
  become("moving");
  try {
    const page = await way();
    if (onward) visited.push(here);
    show(page);
  } catch (error) {
    form("keep")?.setAttribute("data-failed", "yes");
    become("idle");
    tell(error.message);
  }
}

function show(page) {
  const old = document.querySelector("main");
  old.replaceWith(page.main);
  document.title = page.title;
  history.replaceState(null, "", page.url);
  arrive();
}

/** Makes the stage that is shown work, and puts the reader before its words. */
function arrive() {
  stage = document.querySelector("[data-stage]");
  if (!stage) return location.reload();
  become("idle");
  if (stage.hasAttribute("data-over")) release();
  for (const each of stage.querySelectorAll("[data-do]")) each.hidden = false;
  for (const each of stage.querySelectorAll("[data-without]")) each.hidden = true;
  for (const each of stage.querySelectorAll("[data-way]")) each.checked = ways[each.dataset.way];
  stage.querySelector("[data-words]")?.focus({ preventScroll: true });
  for (const each of document.querySelectorAll("main > .told")) said(each);
  return undefined;
}

/** What was done is told at a fixed place: the words to read are not to move. */
function said(told) {
  tell(told.textContent);
  stage.querySelector("[data-told]")?.classList.add(...[...told.classList].filter((each) => each !== "told"));
  if (told.matches(".warning, .error")) stage.querySelector(".findings")?.remove();
  told.remove();
}

function become(next) {
  state = next;
  stage.dataset.state = next;
  const label = stage.querySelector("[data-label]");
  if (label) {
    label.dataset.idle ??= label.textContent;
    label.textContent = LABELS[next] ?? label.dataset.idle;
  }
  part("record")?.setAttribute("aria-pressed", String(next === "recording"));
}

function tell(words) {
  const told = stage.querySelector("[data-told]");
  if (!told) return;
  told.className = "stage-told"; // how bad the last thing was says nothing about this one
  told.textContent = words;
}

function hush() {
  for (const each of document.querySelectorAll("audio")) each.pause();
}

/** Space on a button presses that button; everywhere else keys mean what the page says they mean. */
function isTaken(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !ways.keys) return true;
  const at = event.target;
  if (at.closest("input:not([type=checkbox]), textarea, select, audio")) return true;
  return (event.key === " " || event.key === "Enter") && at.closest("a, button, summary, input");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return drop();
  const deed = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!deed || isTaken(event)) return undefined;
  event.preventDefault(); // a key held down is pressed once, and does not scroll the words away
  if (event.repeat || performance.now() < deafUntil) return undefined;
  return part(deed) || deed === "keep" || deed === "back" ? deeds[deed]() : undefined;
});

document.addEventListener("click", (event) => {
  const deed = event.target.closest("[data-do]")?.dataset.do;
  if (!deed || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  stage.querySelector("[data-words]")?.focus({ preventScroll: true });
  deeds[deed]();
});

document.addEventListener("change", (event) => {
  const way = event.target.dataset?.way;
  if (way) ways[way] = event.target.checked;
});

addEventListener("beforeunload", (event) => {
  if (state === "recording" || unsent) event.preventDefault();
});

arrive();
