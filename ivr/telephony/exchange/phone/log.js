/** The log of one phone's calls: what was heard, pressed and said, and when. */

export class Log {
  #list;
  #scroll;
  #said;

  constructor(root, name) {
    this.#list = root.querySelector("ol");
    this.#scroll = root.querySelector(".scroll");
    this.#said = root.querySelector(".copied");
    this.#scroll.setAttribute("aria-label", `Log of ${name}`);
    root.querySelector(".copy").addEventListener("click", () => this.#copy());
  }

  /** Adds a line; returns what changes its text when more is known. */
  add(at, text) {
    const line = document.createElement("li");
    const time = document.createElement("time");
    const words = document.createElement("span");
    time.textContent = clock(at);
    words.textContent = text;
    line.append(time, " ", words);
    this.#list.append(line);
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    return (better) => { words.textContent = better; };
  }

  async #copy() {
    const lines = [...this.#list.children].map((line) => line.textContent);
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
      this.#said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(this.#list);
      this.#said.textContent = "The browser allows no copying here; the log is selected instead.";
    }
  }
}

/** Seconds as minutes, seconds and tenths: 1:05.2. */
export function clock(seconds) {
  const tenths = Math.round(Math.max(0, seconds ?? 0) * 10);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return `${Math.floor(tenths / 600)}:${rest}`;
}
