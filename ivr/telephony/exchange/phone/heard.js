/** What the exchange says, and what a phone makes of it: one function for each message of the line. */

import { Take } from "./take.js";
import { ring, ringback } from "./tones.js";
import { wordsOf } from "./words.js";

const ENDS = {
  completed: "The call has ended.",
  busy: "The line is busy.",
  "no-answer": "Nobody answered.",
  failed: "The call could not be put through.",
  canceled: "The call was withdrawn.",
  hangup: "The call was hung up.",
};
const UNKNOWN = "(a sound whose words are not known)";

const HEARD = {
  registered, refused, calling, ringing, answered, play, say, stop, listening, silence, deaf,
  record, recorded, waiting, dialing, dialed, connected, parted, ended, error,
};

/** Lets `phone`, a Handset, do what one message asks; a message for other kinds of phone asks nothing. */
export function hear(phone, message) {
  if (Object.hasOwn(HEARD, message.is)) HEARD[message.is](phone, message);
}

function registered(phone) {
  phone.show("idle", phone.number === "*" ? "Ready to be rung" : "Ready");
}

function refused(phone, { message, at }) {
  phone.screen.trouble(message);
  phone.note(`Refused: ${message}`, at);
  const unregistered = phone.situation === "offline" || phone.situation === "refused";
  if (unregistered) phone.show("refused", "The exchange refuses this phone.");
}

function calling(phone, { to, at }) {
  phone.begin(at);
  phone.note(`Calling ${to}`, at);
  phone.show("calling", `Calling ${to}…`);
  phone.sound(ringback);
}

function ringing(phone, { from, at }) {
  phone.begin(at);
  phone.note(`Rings: a call from ${from}`, at);
  phone.show("ringing", `Ringing: a call from ${from}`);
  phone.sound(ring);
}

function answered(phone, { at }) {
  phone.hush();
  phone.note("Answered", at);
  phone.show("talking", "In the call");
}

async function play(phone, { play: id, sound, at }) {
  const better = phone.log.add(at, `Heard the sound ${sound}`);
  const caption = phone.screen.caption();
  phone.player.play(id, sound, {
    ended: () => phone.say({ do: "ended", play: id }),
    failed: (reason) => cannotPlay(phone, id, sound, reason),
  });
  const found = await wordsOf(sound);
  caption(found?.words ?? UNKNOWN, found?.language);
  if (found) better(`Heard: ${found.words}`);
}

function cannotPlay(phone, id, sound, reason) {
  phone.screen.trouble(`A sound could not be played: ${reason}. ${sound}`);
  phone.note(`Could not play ${sound}: ${reason}`);
  phone.say({ do: "ended", play: id });
}

function say(phone, { play: id, text, language, seconds, at }) {
  phone.log.add(at, `Heard: ${text}`);
  phone.screen.caption(text, language);
  phone.player.speak(id, text, language, seconds, () => phone.say({ do: "ended", play: id }));
}

function stop(phone, { play: id }) {
  phone.player.stop(id);
}

function listening(phone, { digits }) {
  phone.screen.turn(digits === 1 ? "Your turn: press a key" : "Your turn: press the keys");
}

function silence(phone, { seconds }) {
  phone.screen.turn(`Your turn: the helpline waits ${seconds} seconds`);
}

function deaf(phone) {
  phone.screen.turn("");
}

function record(phone, order) {
  phone.note("Recording", order.at);
  phone.screen.turn(order.finish === "#" ? "# ends the recording" : "A key ends the recording");
  phone.show("recording", "Recording your message");
  phone.take = new Take(order, (message) => phone.say(message), phone.screen);
  phone.take.begin();
}

function recorded(phone, { seconds, at }) {
  phone.take?.finish();
  phone.take = null;
  phone.screen.turn("");
  phone.note(`Recorded ${Math.round(seconds)} s`, at);
  phone.show("talking", "In the call");
}

function waiting(phone, { at }) {
  phone.note("Waiting for a counsellor", at);
  phone.awaited = "a counsellor";
  phone.show("waiting", "Waiting for a counsellor");
}

function dialing(phone, { phones, at }) {
  phone.note(phones === 1 ? "Rings a phone" : `Rings ${phones} phones`, at);
  phone.awaited = "another phone";
  phone.show("waiting", "Ringing another phone");
  phone.sound(ringback);
}

function dialed(phone, { status, bridged, at }) {
  phone.hush();
  if (bridged) return;
  phone.note(`Not put through: ${status}`, at);
  phone.show("talking", "In the call");
}

function connected(phone, { conversation, at }) {
  phone.hush();
  phone.conversation = conversation;
  phone.screen.turn("");
  phone.note("Connected", at);
  phone.show("connected", "Connected");
}

function parted(phone, { at }) {
  phone.conversation = "";
  phone.note("Parted", at);
  phone.show("talking", "In the call");
}

function ended(phone, { why, at }) {
  const words = ENDS[why] ?? `The call has ended: ${why}.`;
  phone.note(words, at);
  phone.rest(words);
}

function error(phone, { code, message, document: source, at }) {
  const words = code ? `Error ${code}: ${message}` : message;
  phone.screen.trouble(words, source);
  phone.note(words, at);
}
