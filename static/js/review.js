// The inbox by keyboard: A approves, R refuses, → goes on; in the list J and K move, X ticks; ? shows the keys.
// Never while somebody types.
const JUST_OPENED = 800; // milliseconds: a key held down must not decide on what nobody has looked at
const keys = document.querySelector(".review-keys");
const rows = [...document.querySelectorAll("[data-row]")];
const move = (step) => {
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next]?.focus();
};
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
addEventListener("keydown", (event) => {
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // Wagtail lists keys of its own under the same one: a second window would lie under ours.
  if (key === "?" && keys && !keys.open) { event.preventDefault(); event.stopImmediatePropagation(); keys.showModal(); return; }
  if (keys?.open) return;
  if (rows.length && key in STEPS) { event.preventDefault(); move(STEPS[key]); return; }
  if (event.repeat || event.timeStamp < JUST_OPENED) return;
  if (rows.length && key === "x") document.activeElement.closest("li")?.querySelector("input[type=checkbox]")?.click();
  if (key === "ArrowRight") document.querySelector("[data-next]")?.click();
  const reason = document.querySelector("#id_reason");
  const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!button) return;
  event.preventDefault();
  if (button.value === "refuse" && reason && !reason.value.trim()) { reason.focus(); return; }
  button.click();
}, true);
addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) keys?.showModal();
  const template = event.target.closest("[data-reason]");
  if (!template) return;
  const reason = document.querySelector("#id_reason");
  reason.value = template.dataset.reason;
  reason.focus();
});
const all = document.querySelector("[data-tick-all]");
if (all) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll("input[name=pick]")) box.checked = all.checked;
  });
}
