// Staff's sessions end when they lie idle: five minutes before, the page says so, and one press goes on (WCAG 2.2.1).
const bar = document.querySelector("[data-session-end]");
const idle = Number(bar.dataset.sessionEnd) * 1000, ahead = Math.min(300_000, idle / 2);
let mine = Date.now();
// Another tab of the same person counts too.
const seen = (now) => {
  try {
    if (now) localStorage.setItem("seen", now);
    return Math.max(mine, Number(localStorage.getItem("seen")) || 0);
  } catch { return mine; }
};
const look = () => {
  const left = seen() + idle - Date.now();
  bar.hidden = left > ahead || left < 0;
  setTimeout(look, Math.max(1000, Math.min(left - ahead, 30_000)));
};
bar.querySelector("button").addEventListener("click", async () => {
  try {
    const answer = await fetch(bar.dataset.url, { headers: { Accept: "text/plain" } });
    if (answer.redirected || !answer.ok) return location.reload();
    mine = Date.now();
    seen(mine);
    bar.hidden = true;
  } catch { /* without a network the bar stays, and can be pressed again */ }
});
seen(mine);
look();
