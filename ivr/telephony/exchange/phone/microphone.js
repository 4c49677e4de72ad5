/** One recording from the microphone, which is asked for only when it is needed. */

const BITS = 32000; // a second: more than a telephone carries, and two minutes stay far below a message's limit

export class Microphone {
  #stream;
  #recorder = null;
  #pieces = [];
  #meter = null;

  /** Asks the person; throws when they or the browser refuse. */
  static async open() {
    return new Microphone(await navigator.mediaDevices.getUserMedia({ audio: true }));
  }

  constructor(stream) {
    this.#stream = stream;
  }

  /** Begins; `level` is told the loudness, 0 to 1, about ten times a second. */
  start(level) {
    this.#recorder = new MediaRecorder(this.#stream, { audioBitsPerSecond: BITS });
    this.#recorder.addEventListener("dataavailable", (event) => this.#pieces.push(event.data));
    this.#recorder.start();
    this.#measure(level);
  }

  /** Ends; what was recorded as {type, media}, media in base64, empty when it never began. */
  async stop() {
    if (!this.#recorder) return this.#release({});
    const stopped = new Promise((resolve) => {
      this.#recorder.addEventListener("stop", resolve, { once: true });
    });
    this.#recorder.stop();
    await stopped;
    const blob = new Blob(this.#pieces, { type: this.#recorder.mimeType });
    return this.#release({ type: blob.type, media: await base64(blob) });
  }

  #measure(level) {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 1024 });
    context.createMediaStreamSource(this.#stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const clock = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      level(Math.min(1, 3 * Math.hypot(...samples) / Math.sqrt(samples.length)));
    }, 100);
    this.#meter = () => { clearInterval(clock); context.close(); };
  }

  #release(result) {
    this.#meter?.();
    for (const track of this.#stream.getTracks()) track.stop();
    return result;
  }
}

async function base64(blob) {
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
  return address.slice(address.indexOf(",") + 1);
}
