/** What one phone plays: sounds by address, words by the browser's voice; each ends or is stopped. */

const GUARD = 3; // seconds a voice may take longer than the exchange expects

export class Player {
  #stops = new Map();

  constructor() {
    hasVoices(); // browsers load their voices when first asked, too late for the words that asked
  }

  /** Plays a sound; `ended` is told when it is over, `failed` when it could not be heard. Stopped: neither. */
  play(id, address, { ended, failed }) {
    const audio = new Audio(address);
    const over = this.#once(id, () => audio.pause());
    audio.addEventListener("ended", () => over(ended));
    audio.addEventListener("error", () => over(() => failed(reason(audio))));
    audio.play().catch((error) => over(() => failed(error.message)));
  }

  /** Speaks words, or gives them their time where the browser has no voice. */
  speak(id, text, language, seconds, ended) {
    const hasVoice = hasVoices();
    const clock = setTimeout(() => over(ended), (seconds + (hasVoice ? GUARD : 0)) * 1000);
    const over = this.#once(id, () => {
      clearTimeout(clock);
      if (hasVoice) speechSynthesis.cancel();
    });
    if (!hasVoice) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = language;
    words.addEventListener("end", () => over(ended));
    speechSynthesis.speak(words);
  }

  stop(id) {
    this.#stops.get(id)?.();
  }

  stopAll() {
    for (const stop of [...this.#stops.values()]) stop();
  }

  #once(id, quieten) {
    const stop = () => {
      if (this.#stops.get(id) !== stop) return false;
      this.#stops.delete(id);
      quieten();
      return true;
    };
    this.#stops.set(id, stop);
    return (then) => { if (stop()) then(); };
  }
}

function hasVoices() {
  return "speechSynthesis" in globalThis && speechSynthesis.getVoices().length > 0;
}

function reason(audio) {
  return audio.error?.message || "it cannot be fetched or is no sound";
}
