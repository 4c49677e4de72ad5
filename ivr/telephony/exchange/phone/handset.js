/** One phone: its situation, and what a person can do with it. */

import { hear } from "./heard.js";
import { Line } from "./line.js";
import { Log } from "./log.js";
import { Player } from "./player.js";
import { Screen } from "./screen.js";
import { pressTone, wake } from "./tones.js";

const TALKING = new Set(["talking", "waiting", "recording", "connected"]);

export class Handset {
  /** offline, refused, idle, calling, ringing, talking, waiting, recording or connected */
  situation = "offline";
  /** whom it waits for, while waiting: a counsellor's phone may wait for the caller's */
  awaited = "";
  /** what both ends of a conversation have in common, while connected */
  conversation = "";
  /** the recording being made */
  take = null;
  player = new Player();
  #helpline;
  #changed;
  #line;
  #quieten = () => {};
  #began = performance.now();

  /** `root` is a fresh copy of the template; `changed` is told whenever this phone's situation changes. */
  constructor(root, { name, number, helpline, changed }) {
    this.name = name;
    this.number = number;
    this.screen = new Screen(root, name, number);
    this.log = new Log(root, name);
    this.#helpline = helpline;
    this.#changed = changed;
    this.#line = new Line(number, (message) => hear(this, message), (what) => this.#broken(what));
    this.screen.layKeys((key) => this.press(key));
    this.screen.lift.addEventListener("click", () => this.#lift());
    this.screen.hangup.addEventListener("click", () => this.hangUp());
    this.show("offline", "Connecting to the exchange…");
    this.#line.open();
  }

  get talking() {
    return TALKING.has(this.situation);
  }

  get busy() {
    return this.talking || this.situation === "calling" || this.situation === "ringing";
  }

  /** Presses a key, with its sound; it counts while this phone is in a call. */
  press(key) {
    wake();
    pressTone(key);
    this.screen.flash(key);
    if (!this.talking) return;
    this.note(`Pressed ${key}`);
    this.say({ do: "key", key });
  }

  /** Hangs up; what has been recorded follows when the exchange asks for it. */
  hangUp(words = "Hung up") {
    if (!this.busy) return;
    this.note(words);
    this.player.stopAll();
    this.say({ do: "hangup" });
  }

  /** Hangs up at once and takes the phone away. */
  close() {
    this.#silence();
    this.#line.close();
  }

  tick() {
    if (this.busy) this.screen.timer(this.#seconds());
  }

  // For heard.js, which tells this phone what the exchange said.

  say(message) {
    return this.#line.say(message);
  }

  /** Writes into the log; `at` in seconds of the call, by default now. */
  note(words, at = this.#seconds()) {
    this.log.add(at, words);
  }

  show(situation, words) {
    this.situation = situation;
    this.screen.show(situation, words, {
      lift: this.#lifting(),
      hangup: situation === "ringing" ? "Decline" : this.busy && "Hang up",
    });
    this.#changed(this);
  }

  /** A call begins, `at` seconds ago: what the last one left on the screen goes. */
  begin(at = 0) {
    this.#silence();
    this.screen.clear();
    this.#began = performance.now() - at * 1000;
    this.screen.timer(0);
  }

  /** A call is over: everything falls silent. */
  rest(words) {
    this.#silence();
    this.show("idle", words);
  }

  /** Sounds `tone` until hush. */
  sound(tone) {
    this.hush();
    this.#quieten = tone();
  }

  hush() {
    this.#quieten();
    this.#quieten = () => {};
  }

  #lift() {
    wake();
    if (this.situation === "ringing") this.say({ do: "answer" });
    else if (this.situation === "refused") this.#line.register();
    else if (this.#mayCall()) this.say({ do: "call", to: this.#helpline });
  }

  #lifting() {
    if (this.situation === "ringing") return "Answer";
    if (this.situation === "refused") return "Try again";
    return this.#mayCall() && "Call the helpline";
  }

  #mayCall() {
    return this.situation === "idle" && this.number !== "*";
  }

  #broken(what) {
    if (this.busy) this.note("The line to the exchange broke");
    this.#silence();
    this.show("offline", what === "lost" ? "The exchange is away. Trying again…" : what);
  }

  #silence() {
    this.hush();
    this.player.stopAll();
    this.take?.drop();
    this.take = null;
    this.conversation = "";
    this.screen.turn("");
  }

  #seconds() {
    return (performance.now() - this.#began) / 1000;
  }
}
