/** What a sound says, asked of the helpline once per sound. */

const WORDS = new URL("../words", import.meta.url);
const known = new Map();

/** {prompt, language, words} of a sound, or null when no prompt has it. */
export async function wordsOf(sound) {
  if (!known.has(sound)) known.set(sound, await ask(sound));
  return known.get(sound);
}

async function ask(sound) {
  try {
    const answer = await fetch(`${WORDS}?${new URLSearchParams({ sound })}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // captions are missing for this sound, which the phone says
  }
}
