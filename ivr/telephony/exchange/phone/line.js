/** One phone's line to the exchange: registers, says, hears, and comes back after a break. */

import { findExchange } from "./exchange.js";

const BREATH = 1000; // ms before a broken line is tried again

export class Line {
  #number;
  #hear;
  #change;
  #socket = null;
  #closed = false;

  /** `hear` gets each message of the exchange; `change` gets "lost" or an error's message. */
  constructor(number, hear, change) {
    this.#number = number;
    this.#hear = hear;
    this.#change = change;
  }

  async open() {
    try {
      const { url, token } = await findExchange();
      if (!this.#closed) this.#connect(url, token);
    } catch (error) {
      this.#change(error.message);
    }
  }

  /** Sends one message; false when the line is down, so that nobody believes it was said. */
  say(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Asks for this phone's number. */
  register() {
    this.say({ do: "register", number: this.#number });
  }

  /** Hangs up and stays away. */
  close() {
    this.#closed = true;
    this.say({ do: "hangup" });
    this.#socket?.close();
  }

  #connect(url, token) {
    const address = `${url.replace(/^http/, "ws").replace(/\/$/, "")}/phones?token=${encodeURIComponent(token)}`;
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener("open", () => this.register());
    socket.addEventListener("message", (event) => this.#hear(JSON.parse(event.data)));
    socket.addEventListener("close", () => this.#broken());
  }

  #broken() {
    if (this.#closed) return;
    this.#change("lost");
    setTimeout(() => this.open(), BREATH);
  }
}
