// 念给我听: reads a page piece by piece, where the browser has a Chinese voice, and marks what it reads.
const box = document.querySelector("[data-read]"), speech = window.speechSynthesis;
const part = (name) => box.querySelector(`[data-read-${name}]`);
const toggle = part("toggle"), stop = part("stop"), said = part("status"), label = toggle.querySelector("span");
const first = label.textContent;
let pieces = [], at = 0, turn = 0, state = "";

const voice = () => speech.getVoices().find(({ lang }) => /^(zh|cmn)\b/i.test(lang.replace("_", "-")));
const show = () => {
  part("controls").hidden = !voice();
  if (part("else")) part("else").hidden = !!voice();
};
const mark = (node) => {
  document.querySelector(".is-read")?.classList.remove("is-read");
  node?.classList.add("is-read");
  node?.scrollIntoView({ block: "nearest" });
};
const become = (next) => {
  state = next;
  label.textContent = { reading: toggle.dataset.pause, paused: toggle.dataset.goOn }[next] ?? first;
  stop.hidden = next === "ended";
  said.textContent = said.dataset[next];
};
// Of an earlier turn nothing counts: a piece that is broken off ends too, and begins no other.
const quiet = () => { turn += 1; speech.cancel(); };
const read = () => {
  const piece = pieces[at], mine = ++turn;
  mark(piece);
  if (!piece) return become("ended");
  const words = new SpeechSynthesisUtterance(piece.textContent);
  words.voice = voice();
  words.lang = words.voice.lang;
  words.rate = 0.9;
  words.onend = words.onerror = () => { if (mine === turn) { at += 1; read(); } };
  speech.speak(words);
};

if (speech) {
  show();
  speech.addEventListener?.("voiceschanged", show);
  toggle.addEventListener("click", () => {
    if (state === "reading") { quiet(); return become("paused"); }
    if (state !== "paused") {
      at = 0;
      pieces = [...document.querySelectorAll(box.dataset.read)].filter((node) =>
        node.textContent.trim() && !node.closest("[data-read], [data-not-read], [hidden]") && !node.querySelector("p, li"));
    }
    become("reading");
    read();
  });
  stop.addEventListener("click", () => { quiet(); mark(); become("ended"); toggle.focus(); });
  addEventListener("pagehide", quiet);
}
