/** The microphone as it is: one recording after the other, and how loud it is meanwhile. */

const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
const BITS = 64000; // a second: twice what speech needs, and half a megabyte a minute on a slow link
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
export const QUIETEST = -60; // dB below full scale: what the meter begins with

export class Microphone {
  #stream;
  #context;
  #analyser;
  #samples;
  #recorder = null;
  #pieces = [];

  /** Asks the person; throws when they or the browser refuse. */
  static async open() {
    const devices = navigator.mediaDevices;
    if (!devices || !window.MediaRecorder) throw new Error("This browser records only over https");
    return new Microphone(await devices.getUserMedia({ audio: PLAIN }));
  }

  constructor(stream) {
    this.#stream = stream;
    this.#context = new AudioContext();
    this.#analyser = new AnalyserNode(this.#context, { fftSize: 2048 });
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
  }

  /** Whether it still hears: it may have been unplugged, or taken away in the browser's settings. */
  get alive() {
    return this.#stream.active;
  }

  /** How loud it is now, in dB below full scale, and its highest point as a share of full scale. */
  level() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    let peak = 0;
    for (const each of this.#samples) {
      sum += each * each;
      peak = Math.max(peak, Math.abs(each));
    }
    const power = sum / this.#samples.length;
    return { level: Math.max(QUIETEST, 10 * Math.log10(power || 1e-9)), peak };
  }

  /** Begins; resolves when every word from now on is kept. */
  async start() {
    await this.#context.resume();
    const mimeType = KINDS.find((each) => MediaRecorder.isTypeSupported(each));
    const recorder = new MediaRecorder(this.#stream, { mimeType, audioBitsPerSecond: BITS });
    this.#pieces = [];
    recorder.addEventListener("dataavailable", (event) => this.#pieces.push(event.data));
    const started = new Promise((resolve) => recorder.addEventListener("start", resolve, { once: true }));
    this.#recorder = recorder;
    recorder.start();
    await started;
  }

  /** Ends; the recording as a file, named by what it is. */
  async stop() {
    const recorder = this.#recorder;
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    if (recorder.state !== "inactive") {
      recorder.stop();
      await stopped;
    }
    this.#recorder = null;
    const kind = recorder.mimeType.split(";")[0];
    return new File(this.#pieces, `browser.${kind.split("/")[1]}`, { type: kind });
  }

  /** Lets go of the microphone, so that the browser stops showing it in use. */
  close() {
    for (const track of this.#stream.getTracks()) track.stop();
    this.#context.close();
  }
}
