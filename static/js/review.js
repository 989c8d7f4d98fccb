// The inbox by keyboard: A approves, R refuses, → goes on. Never while somebody types.
const JUST_OPENED = 800; // milliseconds: a key held down must not decide on what nobody has looked at
addEventListener("keydown", (event) => {
  if (event.repeat || event.timeStamp < JUST_OPENED) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowRight") document.querySelector("[data-next]")?.click();
  const reason = document.querySelector("#id_reason");
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  if (button.value === "refuse" && reason && !reason.value.trim()) { reason.focus(); return; }
  button.click();
});
addEventListener("click", (event) => {
  const template = event.target.closest("[data-reason]");
  if (!template) return;
  const reason = document.querySelector("#id_reason");
  reason.value = template.dataset.reason;
  reason.focus();
});
