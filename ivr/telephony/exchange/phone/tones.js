/** The sounds a telephone makes by itself: keys, bell, ringing tone, beep. */

// ITU-T Q.23: each key is one low and one high frequency, in hertz.
const LOW = [697, 770, 852, 941];
const HIGH = [1209, 1336, 1477];
const PAD = ["123", "456", "789", "*0#"];

let context = null;

/** To be called in a click or key press: before one, browsers let no page make a sound. */
export function wake() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
}

/** The key's two tones, a seventh of a second. */
export function pressTone(key) {
  const row = PAD.findIndex((keys) => keys.includes(key));
  sound([LOW[row], HIGH[PAD[row].indexOf(key)]], 0, 0.14, 0.08);
}

/** The tone before a recording; done when it has ended. */
export async function beep() {
  sound([1000], 0, 0.3, 0.12);
  await new Promise((resolve) => { setTimeout(resolve, 350); });
}

/** The bell of a called phone; returns what stops it. */
export function ring() {
  return repeat(3000, () => [
    ...sound([523, 659], 0, 0.45, 0.12),
    ...sound([523, 784], 0.5, 0.6, 0.12),
  ]);
}

/** What a caller hears while the other side rings; returns what stops it. */
export function ringback() {
  return repeat(6000, () => sound([440, 480], 0, 2, 0.04));
}

function repeat(period, play) {
  let playing = play();
  const clock = setInterval(() => { playing = play(); }, period);
  return () => {
    clearInterval(clock);
    for (const each of playing) each.stop();
  };
}

function sound(frequencies, after, seconds, loudness) {
  if (!context) return [];
  const start = context.currentTime + after;
  const gain = new GainNode(context, { gain: 0 });
  gain.connect(context.destination);
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loudness, start + 0.01); // a sudden start or end clicks
  gain.gain.setValueAtTime(loudness, start + seconds - 0.03);
  gain.gain.linearRampToValueAtTime(0, start + seconds);
  return frequencies.map((frequency) => oscillate(frequency, gain, start, seconds));
}

function oscillate(frequency, gain, start, seconds) {
  const oscillator = new OscillatorNode(context, { frequency });
  oscillator.connect(gain);
  oscillator.start(start);
  oscillator.stop(start + seconds);
  return oscillator;
}
