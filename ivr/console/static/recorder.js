/** Makes every form[data-recorder] of a page record from the microphone; without it, a file can be chosen. */

import { Recording, release, send } from "./recording.js";

const WORDS = { idle: "Record", opening: "One moment…", recording: "Stop", sending: "Checking…" };

class Recorder {
  #form;
  #button;
  #recording;
  #state = "idle";
  #unsent = null;

  constructor(form) {
    this.#form = form;
    this.#recording = new Recording(form);
    this.#button = form.querySelector("[data-record]");
    form.querySelector("[data-live]").hidden = false;
    this.#button.addEventListener("click", () => this.#press());
    addEventListener("beforeunload", (event) => {
      if (this.#state !== "idle" || this.#unsent) event.preventDefault();
    });
  }

  async #press() {
    if (this.#state === "recording") return this.#end();
    if (this.#state !== "idle") return undefined;
    if (this.#unsent) return this.#send();
    this.#become("opening");
    return this.#recording.begin(() => this.#end()).then(
      () => this.#become("recording", "Speak now."),
      (error) => this.#become("idle", `The microphone cannot be used: ${error.message}`),
    );
  }

  async #end() {
    if (this.#state !== "recording") return;
    this.#become("sending", "It is being made fit for the telephone.");
    this.#unsent = await this.#recording.end();
    release();
    await this.#send();
  }

  async #send() {
    this.#become("sending");
    try {
      const page = await send(this.#form, this.#unsent);
      this.#unsent = null;
      this.#become("idle");
      arrive(page);
    } catch (error) {
      this.#form.dataset.failed = "yes";
      this.#become("idle", error.message);
      this.#button.textContent = "Send again";
    }
  }

  #become(state, words = "") {
    this.#state = state;
    this.#form.dataset.state = state;
    this.#button.textContent = WORDS[state];
    this.#button.setAttribute("aria-pressed", String(state === "recording"));
    if (words) this.#form.querySelector("[data-told]").textContent = words;
  }
}

function arrive(page) {
  document.querySelector("main").replaceWith(page.main);
  document.title = page.title;
  history.replaceState(null, "", page.url);
  enhance(page.main);
  const told = page.main.querySelector(".told, h1");
  told.tabIndex = -1;
  told.focus();
  told.scrollIntoView({ block: "center" });
}

function enhance(root) {
  for (const form of root.querySelectorAll("form[data-recorder]")) new Recorder(form);
}

enhance(document);
