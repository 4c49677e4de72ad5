/** What one phone shows; it decides nothing. */

const KEYS = "123456789*0#";
const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+" };
const SPOKEN = { "*": "star", "#": "hash" };
const KEPT = 4; // captions on the screen; the log has them all

export class Screen {
  #lifts;

  /** `root` is a fresh copy of the template's section. */
  constructor(root, name, number) {
    this.root = root;
    this.lift = root.querySelector(".lift");
    this.hangup = root.querySelector(".hangup");
    this.microphone = root.querySelector(".microphone input");
    this.remove = root.querySelector(".remove");
    this.#lifts = number === "*" ? "Answer" : "Call the helpline";
    this.#label(name, number);
  }

  #label(name, number) {
    const heading = this.root.querySelector("h2");
    heading.textContent = name;
    heading.id = `name-${name.replaceAll(/\W/g, "-")}`;
    this.root.setAttribute("aria-labelledby", heading.id);
    this.#part(".number").textContent = number === "*" ? "rings for every other number" : number;
    this.#part(".keypad").setAttribute("aria-label", `Keys of ${name}`);
    this.#part(".captions").setAttribute("aria-label", `What ${name} hears`);
    this.remove.textContent = `Remove ${name}`;
  }

  /** Makes the twelve keys; `press` is told which one. */
  layKeys(press) {
    for (const key of KEYS) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.key = key;
      button.append(key, small(LETTERS[key] ?? "", true));
      if (SPOKEN[key]) button.append(small(SPOKEN[key], false));
      button.addEventListener("click", () => press(key));
      this.#part(".keypad").append(button);
    }
  }

  /** Lights a key for a moment, as a finger would. */
  flash(key) {
    const button = this.root.querySelector(`[data-key="${CSS.escape(key)}"]`);
    button.classList.add("pressed");
    setTimeout(() => button.classList.remove("pressed"), 160);
  }

  /** The situation in words, and which of the two buttons can do something now. */
  show(situation, words, { lift, hangup }) {
    this.root.dataset.state = situation;
    this.#part(".state").textContent = words;
    label(this.lift, lift, this.#lifts);
    label(this.hangup, hangup, "Hang up");
  }

  /** Adds a caption, in its place even while its words are not known yet; returns what gives them. */
  caption(words = "", language = "") {
    const line = document.createElement("p");
    const captions = this.#part(".captions");
    const say = (text, code) => {
      line.textContent = text;
      if (code) line.lang = code;
      captions.scrollTop = captions.scrollHeight;
    };
    line.dir = "auto";
    captions.append(line);
    while (captions.children.length > KEPT) captions.firstChild.remove();
    say(words, language);
    return say;
  }

  /** Says something wrong, with the document that caused it. */
  trouble(message, source) {
    const box = document.createElement("div");
    const words = document.createElement("p");
    box.className = "trouble";
    words.textContent = message;
    box.append(words);
    if (source) box.append(folded("The document as it came", source));
    this.#part(".troubles").append(box);
  }

  /** Forgets the captions and troubles of the last call. */
  clear() {
    this.#part(".captions").replaceChildren();
    this.#part(".troubles").replaceChildren();
    this.turn("");
  }

  turn(words) {
    this.#part(".turn").textContent = words;
  }

  timer(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    this.#part(".timer").textContent = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }

  /** The loudness of a recording, 0 to 1; null when none is made. */
  level(loudness) {
    this.#part(".level").hidden = loudness === null;
    this.#part("meter").value = loudness ?? 0;
  }

  #part(selector) {
    return this.root.querySelector(selector);
  }
}

/** A button with words can be used; without, it shows its usual ones, keeps its focus and does nothing. */
function label(button, words, usual) {
  button.textContent = words || usual;
  button.setAttribute("aria-disabled", String(!words));
}

function small(words, decorative) {
  const part = document.createElement("span");
  part.className = decorative ? "letters" : "unseen";
  part.textContent = words;
  if (decorative) part.setAttribute("aria-hidden", "true");
  return part;
}

function folded(summary, source) {
  const details = document.createElement("details");
  const title = document.createElement("summary");
  const text = document.createElement("pre");
  title.textContent = summary;
  text.textContent = source;
  text.tabIndex = 0;
  details.append(title, text);
  return details;
}
