/** One recording at a time: the microphone, its meter, its clock; and the way of a form to the helpline. */

import { Microphone, QUIETEST } from "./microphone.js";

const EVERY = 50; // ms between two looks at the level
const LASTING = 1500; // ms for which a loud moment counts: words have pauses
const TOO_QUIET = -42;
const TOO_LOUD = 0.97;
const ROOM = 10; // seconds more than twice what is wanted, as on the telephone

let microphone = null; // asked for once, and kept open: a second question would cut off the first word

/** Records within `root`: elements marked data-level, data-clock, data-hint show how it goes. */
export class Recording {
  #root;
  #longest;
  #clock = 0;
  #began = 0;
  #loud = { level: QUIETEST, peak: 0, at: 0 };

  constructor(root) {
    this.#root = root;
    this.#longest = Number(root.dataset.longest);
  }

  /** Begins; `full` is called when it has become longer than anybody could want. */
  async begin(full) {
    if (microphone && !microphone.alive) release();
    microphone ??= await Microphone.open();
    await microphone.start();
    this.#began = performance.now();
    this.#clock = setInterval(() => this.#look(full), EVERY);
  }

  /** Ends; the recording as a file. */
  async end() {
    clearInterval(this.#clock);
    const file = await microphone.stop();
    this.#show("level", "");
    this.#set(0);
    return file;
  }

  #look(full) {
    const now = performance.now();
    const seconds = (now - this.#began) / 1000;
    const heard = microphone.level();
    if (heard.level > this.#loud.level || now - this.#loud.at > LASTING) this.#loud = { ...heard, at: now };
    this.#loud.peak = Math.max(this.#loud.peak, heard.peak);
    this.#set(1 - heard.level / QUIETEST);
    this.#show("clock", `${seconds.toFixed(1)} s of at most ${this.#longest} s`);
    this.#root.classList.toggle("over", seconds > this.#longest);
    if (seconds > 1) this.#show("hint", hint(this.#loud));
    if (seconds > 2 * this.#longest + ROOM) full();
  }

  #set(share) {
    for (const each of this.#root.querySelectorAll("[data-level]")) each.style.setProperty("--level", share);
  }

  #show(name, text) {
    for (const each of this.#root.querySelectorAll(`[data-${name}]`)) {
      if (each.textContent !== text) each.textContent = text;
    }
  }
}

/** Lets go of the microphone. */
export function release() {
  microphone?.close();
  microphone = null;
}

/** Sends a form, and a recording with it; the page it leads to. Throws in words, and nothing is lost then. */
export async function send(form, file = null) {
  const body = new FormData(form);
  if (file) {
    body.set("recording", file);
    body.set("source", "browser");
  }
  const token = await freshToken(form);
  if (token) body.set("csrf_token", token);
  return arrived(await fetch(form.action, { method: "POST", body }).catch(unheard));
}

/** Another page of ours. */
export async function visit(address) {
  return arrived(await fetch(address).catch(offline));
}

/** Whoever is refused while the recording is still on its way sees only a broken connection: a page tells which. */
async function unheard() {
  await visit(location.href);
  offline();
}

function offline() {
  throw new Error("The helpline cannot be reached. Nothing is lost: try again in a moment.");
}

async function arrived(answer) {
  if (new URL(answer.url).pathname.endsWith("/sign-in")) {
    throw new Error("You are signed out. Sign in again in another tab, then send this once more.");
  }
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok) throw new Error(`${parsed.querySelector("h1")?.textContent ?? answer.status}. Try again.`);
  return { url: answer.url, main: parsed.querySelector("main"), title: parsed.title };
}

/** After a failure the person may have signed in again: the form's token is then another. */
async function freshToken(form) {
  if (!form.dataset.failed) return null;
  const page = await visit(location.href);
  return page.main.querySelector("input[name=csrf_token]")?.value;
}

function hint({ level, peak }) {
  if (peak > TOO_LOUD) return "Too loud: a little further away";
  if (level < TOO_QUIET) return "Too quiet: come closer";
  return "Good";
}
