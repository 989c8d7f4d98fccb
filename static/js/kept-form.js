// A form of several fields that is being written: all of it is kept by the server as one draft, every few seconds.
const form = document.querySelector("[data-kept-form]");
const { keptForm: key, keptUrl: url } = form.dataset;
const note = form.querySelector("[data-kept-note]");
let timer = null, kept = "";
const written = () => {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  return fields.some(([name, value]) => (form.dataset.keptFields ?? "title summary words").split(" ").includes(name) && value.trim())
    ? JSON.stringify(Object.fromEntries(fields)) : "";
};
const keep = async (last = false) => {
  const text = written();
  if (text === kept) return;
  const csrfmiddlewaretoken = form.elements.csrfmiddlewaretoken.value;
  try {
    const body = new URLSearchParams({ key, text, csrfmiddlewaretoken });
    // What outlives its page may be 64 KB at most; while it stands, a long text goes as it is.
    const answer = await fetch(url, { method: "POST", body, keepalive: last === true });
    if (answer.ok) kept = text;
    note.hidden = !answer.ok || !text;
  } catch { /* without a network the text still stands in the form */ }
};
kept = written();
form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 1500); });
// What was sent is no draft any more; a page that is left otherwise keeps its last words.
form.addEventListener("submit", () => { clearTimeout(timer); form.dataset.sent = "1"; });
addEventListener("pagehide", () => { if (!form.dataset.sent) keep(true); });
