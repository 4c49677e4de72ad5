/** One recording of a voice message: beep, microphone if wanted, and its end, exactly once. */

import { beep } from "./tones.js";
import { Microphone } from "./microphone.js";

const LOUD = 0.02; // of 1; a quiet room with a laptop's microphone stays below it

export class Take {
  #order;
  #say;
  #screen;
  #microphone = null;
  #clock = null;
  #over = false;
  #began = 0;
  #loud = 0;

  /** `order` is the exchange's: take, seconds, beep, silence (0: none). It judges keys and hanging up. */
  constructor(order, say, screen) {
    this.#order = { silence: 0, ...order };
    this.#say = say;
    this.#screen = screen;
  }

  /** Beeps and listens; a refused microphone is said, and the generated voice speaks. */
  async begin() {
    if (this.#screen.microphone.checked) await this.#open();
    if (this.#order.beep && !this.#over) await beep();
    if (this.#over) return;
    this.#began = performance.now();
    this.#loud = this.#began; // so far nothing has been said
    this.#microphone?.start((loudness) => this.#measured(loudness));
    this.#clock = setTimeout(() => this.finish(), this.#order.seconds * 1000);
  }

  /** Ends, and sends what was recorded, and `more`; a second time does nothing. */
  async finish(more = {}) {
    if (this.#over) return;
    this.#end();
    const recorded = this.#microphone ? await this.#microphone.stop() : {};
    this.#say({ do: "recording", take: this.#order.take, ...recorded, ...more });
  }

  /** Ends and keeps nothing. */
  async drop() {
    if (this.#over) return;
    this.#end();
    await this.#microphone?.stop();
  }

  #measured(loudness) {
    this.#screen.level(loudness);
    if (loudness > LOUD) this.#loud = performance.now();
    const quiet = (performance.now() - this.#loud) / 1000;
    const spoken = (this.#loud - this.#began) / 1000;
    if (this.#order.silence && quiet > this.#order.silence) this.finish({ seconds: spoken });
  }

  #end() {
    this.#over = true;
    clearTimeout(this.#clock);
    this.#screen.level(null);
  }

  async #open() {
    try {
      const microphone = await Microphone.open();
      if (this.#over) await microphone.stop();
      else this.#microphone = microphone;
    } catch (error) {
      this.#screen.trouble(`The microphone cannot be used (${error.message}); a generated voice speaks for you.`);
    }
  }
}
