/** One recording of a voice message: beep, microphone if wanted, and its end, exactly once. */

import { beep } from "./tones.js";
import { Microphone } from "./microphone.js";

export class Take {
  #id;
  #say;
  #screen;
  #microphone = null;
  #clock = null;
  #over = false;

  constructor(id, say, screen) {
    this.#id = id;
    this.#say = say;
    this.#screen = screen;
  }

  /** Beeps and listens, `seconds` at most; a refused microphone is said, and the generated voice speaks. */
  async begin(seconds, withBeep) {
    if (this.#screen.microphone.checked) await this.#open();
    if (withBeep && !this.#over) await beep();
    if (this.#over) return;
    this.#microphone?.start((loudness) => this.#screen.level(loudness));
    this.#clock = setTimeout(() => this.finish(), seconds * 1000);
  }

  /** Ends, and sends what was recorded; a second time does nothing. */
  async finish() {
    if (this.#over) return;
    this.#end();
    const recorded = this.#microphone ? await this.#microphone.stop() : {};
    this.#say({ do: "recording", take: this.#id, ...recorded });
  }

  /** Ends and keeps nothing. */
  async drop() {
    if (this.#over) return;
    this.#end();
    await this.#microphone?.stop();
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
