/** Where the exchange is: asked for until it answers, once for all phones of the page. */

const ADDRESS = new URL("../exchange", import.meta.url);
const PATIENCE = 1000; // ms between two questions; the exchange starts in about a second

let asking = null;

/** The exchange's {url, token}; waits while it is starting, throws when it is not for this page. */
export function findExchange() {
  asking ??= askUntilAnswered().finally(() => { asking = null; });
  return asking;
}

async function askUntilAnswered() {
  for (;;) {
    const address = await ask();
    if (address) return address;
    await new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  }
}

async function ask() {
  let answer;
  try {
    answer = await fetch(ADDRESS, { cache: "no-store" });
  } catch {
    return null; // the helpline itself is restarting: that is waiting too
  }
  if (answer.ok) return answer.json();
  if (answer.status === 403) throw new Error((await answer.json()).error);
  return null;
}
