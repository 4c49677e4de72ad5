// Looks again at what is still going on, every few seconds, until the page says that it is over.
const look = async (each) => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", Refreshing: "1" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.getElementById(each.id);
  if (!answer.ok || !now) return;
  if (each.innerHTML !== now.innerHTML) each.innerHTML = now.innerHTML;
  if ("refresh" in now.dataset) wait(each);
};
const wait = (each) => setTimeout(() => look(each).catch(() => wait(each)), Number(each.dataset.refresh) * 1000);
document.querySelectorAll("[data-refresh]").forEach(wait);
