/** The page: its phones, the keyboard they share, and who is connected with whom. */

import { Handset } from "./handset.js";
import { wake } from "./tones.js";

const KEYS = "0123456789*#";
const PATIENCE = 20; // seconds a hidden page keeps its calls: time to look something up, not to forget a caller
const E164 = /^\+[1-9]\d{6,14}$/;
const TITLE = document.title;

const phones = [];
const part = (id) => document.getElementById(id);
let used = null;
let count = 0;
let leaving = null;

function addPhone(number, name = `Phone ${count + 1}`) {
  count += 1;
  const root = part("phone").content.firstElementChild.cloneNode(true);
  part("phones").append(root);
  const helpline = document.body.dataset.helpline;
  const handset = new Handset(root, { name, number, helpline, changed: showTogether });
  phones.push(handset);
  handset.screen.remove.addEventListener("click", () => removePhone(handset));
  return handset;
}

function removePhone(handset) {
  handset.close();
  phones.splice(phones.indexOf(handset), 1);
  handset.screen.root.remove();
  part("number").focus();
  showTogether();
}

function showTogether(changed) {
  if (changed?.talking) used = changed;
  const ringing = phones.find((each) => each.situation === "ringing");
  part("goto").hidden = !ringing;
  part("goto").textContent = ringing ? `Go to ${ringing.name}` : "";
  document.title = ringing ? `Ringing: ${ringing.name}` : TITLE;
  set("together", sentences().join(" ") || "Nobody is connected.");
  const away = phones.some((each) => each.situation === "offline");
  set("exchange", away ? "Connecting to the exchange…" : "The exchange is ready.");
  part("exchange").dataset.away = String(away);
}

function set(id, words) {
  if (part(id).textContent !== words) part(id).textContent = words;
}

function sentences() {
  const told = new Set();
  const found = [];
  for (const each of phones.filter((one) => one.situation === "connected")) {
    const other = otherEnd(each);
    if (!told.has(each)) found.push(`${each.name} is connected${other ? ` with ${other.name}` : ""}.`);
    told.add(each).add(other);
  }
  for (const each of phones) {
    if (each.situation === "ringing") found.push(`${each.name} is ringing.`);
    if (each.situation === "waiting") found.push(`${each.name} is waiting for ${each.awaited}.`);
  }
  return found;
}

function otherEnd(handset) {
  return phones.find((each) => each !== handset && each.conversation === handset.conversation);
}

function goToRinging() {
  phones.find((each) => each.situation === "ringing")?.screen.lift.focus();
}

function phoneInUse() {
  const focused = phones.find((each) => each.screen.root.contains(document.activeElement));
  return focused ?? (used?.talking ? used : phones.find((each) => each.talking));
}

function pressFromKeyboard(event) {
  wake();
  const typing = event.target.matches?.("input:not([type=checkbox]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (!KEYS.includes(event.key)) return;
  const handset = phoneInUse();
  if (!handset) return;
  event.preventDefault();
  handset.press(event.key);
}

function addFromForm(event) {
  event.preventDefault();
  const number = part("number").value.replaceAll(/[\s().-]/g, "");
  const trouble = problem(number);
  part("number-trouble").textContent = trouble;
  part("number-trouble").hidden = !trouble;
  part("number").setAttribute("aria-invalid", String(Boolean(trouble)));
  if (trouble) return;
  addPhone(number).screen.lift.focus();
  part("number").value = following(number);
}

function problem(number) {
  if (phones.some((each) => each.number === number)) return "A phone on this page has that number already.";
  if (number === "*" || E164.test(number)) return "";
  return "Write + and the country code, as +12025550143, or a single *.";
}

function following(number) {
  return number === "*" ? "" : `+${BigInt(number.slice(1)) + 1n}`;
}

function watchForLeaving() {
  clearTimeout(leaving);
  if (!document.hidden) return;
  leaving = setTimeout(() => {
    for (const each of phones) each.hangUp(`Hung up: this page was hidden for ${PATIENCE} seconds`);
  }, PATIENCE * 1000);
}

part("patience").textContent = PATIENCE;
part("add").addEventListener("submit", addFromForm);
part("goto").addEventListener("click", goToRinging);
document.addEventListener("keydown", pressFromKeyboard);
document.addEventListener("pointerdown", wake);
document.addEventListener("visibilitychange", watchForLeaving);
addEventListener("pagehide", () => { for (const each of phones) each.close(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
setInterval(() => { for (const each of phones) each.tick(); }, 500);
addPhone("+12025550142", "Caller");
addPhone("*", "Counsellor");
