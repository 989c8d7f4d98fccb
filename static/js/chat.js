// An open conversation: brings what is new, says how far one has read, sends without leaving the page.
const root = document.documentElement;
const log = document.querySelector("[data-chat]");
const form = document.querySelector("[data-chat-form]");
const told = document.querySelector("[data-chat-told]");
const jump = document.querySelector("[data-chat-new]");
const token = document.querySelector("#act [name=csrfmiddlewaretoken]")?.value;
const past = "past" in log.dataset;
const newest = () => [...log.querySelectorAll("[data-line]")].at(-1)?.dataset.line ?? "";
const atEnd = () => innerHeight + scrollY >= root.scrollHeight - 160;
const toEnd = () => scrollTo({ top: root.scrollHeight, behavior: "instant" });

// Whoever is led to a line stays there.
if (!location.hash.startsWith("#m-") && !past) toEnd();
document.querySelector("[data-read-form]")?.remove();

// --- how far one has read: told when the end is in sight, never by itself in the background
let readTo = "", unseen = 0;
const tellRead = async () => {
  const line = newest();
  if (!log.dataset.readUrl || document.hidden || !line || line === readTo || !atEnd()) return;
  readTo = line;
  const body = new URLSearchParams({ up_to: line, csrfmiddlewaretoken: token });
  try {
    const answer = await fetch(log.dataset.readUrl, { method: "POST", body, headers: { "X-Page": "chat" } });
    if (!answer.ok) readTo = "";
  } catch { readTo = ""; }
};
const countUnseen = (number) => {
  unseen = number;
  jump.hidden = !number;
  if (number) jump.querySelector("span").textContent = jump.dataset.words.replace("{}", number);
};

// --- what is new, and what was taken back meanwhile
const put = (html) => {
  const piece = document.createElement("template");
  piece.innerHTML = html;
  const stays = atEnd();
  let added = 0;
  for (const line of piece.content.querySelectorAll("ol > li")) {
    const known = document.getElementById(line.id);
    if (!known) { log.append(line); added += "theirs" in line.dataset ? 1 : 0; }
    // One whose menu is open is being acted on.
    else if (line.dataset.line && known.outerHTML !== line.outerHTML && !known.querySelector("details[open]")) known.replaceWith(line);
  }
  const read = piece.content.getElementById("chat-read");
  if (read) document.getElementById("chat-read").replaceWith(read);
  document.querySelector("[data-chat-empty]")?.remove();
  if (added) told.textContent = told.dataset.words.replace("{}", added);
  if (stays) toEnd();
  else if (added) countUnseen(unseen + added);
  return read?.dataset.once;
};
let asking = false;
const ask = async () => {
  if (asking || document.hidden || past) return;
  asking = true;
  try {
    const answer = await fetch(`${log.dataset.newerUrl}?after=${newest()}`);
    if (answer.ok && !answer.redirected) { put(await answer.text()); tellRead(); }
  } catch { /* asked again */ }
  asking = false;
};
document.addEventListener("linli:chat", ask);
addEventListener("visibilitychange", ask);
const live = document.querySelector("[data-live-url]") && "EventSource" in window;
setInterval(ask, (live ? 30 : Number(log.dataset.seconds)) * 1000);
tellRead();
jump.addEventListener("click", () => { toEnd(); countUnseen(0); tellRead(); });

// --- what is older comes when one scrolls up to it; a day stands once
addEventListener("scroll", () => {
  if (atEnd()) { countUnseen(0); tellRead(); }
  const older = log.querySelector(".chat__older a");
  if (older && !older.dataset.asked && scrollY < 400) { older.dataset.asked = "1"; older.click(); }
}, { passive: true });
const oneDay = () => {
  const days = new Set();
  for (const day of log.querySelectorAll(".chat__day")) {
    if (days.has(day.id)) day.remove();
    days.add(day.id);
  }
};
new MutationObserver(oneDay).observe(log, { childList: true, subtree: true });

// --- sending
if (form) {
  const field = form.querySelector("textarea"), problem = form.querySelector("[data-chat-problem]");
  const trouble = document.querySelector("[data-trouble]").dataset.trouble;
  const say = (words) => { problem.textContent = words; problem.hidden = !words; };
  const fit = () => { field.style.height = "auto"; field.style.height = `${Math.min(field.scrollHeight + 3, innerHeight / 3)}px`; };
  field.addEventListener("input", fit);
  form.addEventListener("submit", async (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    say("");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Page": "chat" } });
      const kind = answer.headers.get("Content-Type") ?? "";
      // Somewhere else is where one signs in again.
      if (answer.redirected) location.reload();
      else if (answer.ok && kind.startsWith("text/html")) {
        const once = put(await answer.text());
        form.reset();
        field.value = "";
        form.querySelector(".chosen").replaceChildren();
        if (once) form.querySelector("[name=once]").value = once;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        toEnd();
      } else say(kind.startsWith("text/plain") ? await answer.text() : trouble);
    } catch { say(trouble); }
    delete form.dataset.sent;
    field.focus();
  });
  // Enter sends where there is a keyboard; while characters are being composed it belongs to them.
  if (matchMedia("(pointer: fine)").matches) field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  fit();
}
