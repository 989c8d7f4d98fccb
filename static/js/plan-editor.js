// In the admin: the markers of a community's page on its plan. A press on the plan moves the marker last edited, or the
// first one that has no place yet; whatever is typed into the fields moves its number.
const plan = document.querySelector("[data-plan-editor]");
const lines = () => [...document.querySelectorAll('input[name^="markers-"][name$="-x"]')]
  .filter(({ name }) => /^markers-\d+-x$/.test(name))
  .filter(({ name }) => document.querySelector(`[name="${name.replace(/x$/, "DELETE")}"]`)?.value !== "1")
  .map((x) => ({ x, y: document.querySelector(`[name="${x.name.replace(/x$/, "y")}"]`) }));
let edited = "";

const draw = () => {
  for (const old of plan.querySelectorAll("b")) old.remove();
  for (const [index, { x, y }] of lines().entries()) {
    if (x.value === "" || y.value === "") continue;
    const number = document.createElement("b");
    number.textContent = index + 1;
    number.style.left = `${x.value}%`;
    number.style.top = `${y.value}%`;
    number.classList.toggle("now", x.name === edited);
    plan.append(number);
  }
};
const percent = (at, length) => Math.min(100, Math.max(0, at / length * 100)).toFixed(2);

document.addEventListener("focusin", ({ target }) => {
  const [found] = /^markers-\d+-/.exec(target.name ?? "") ?? [];
  if (!found) return;
  edited = `${found}x`;
  draw();
});
document.addEventListener("input", draw);
document.addEventListener("click", () => setTimeout(draw));
plan.addEventListener("click", ({ offsetX, offsetY }) => {
  const all = lines(), line = all.find(({ x }) => x.name === edited) ?? all.find(({ x }) => x.value === "");
  if (!line) return;
  line.x.value = percent(offsetX, plan.clientWidth);
  line.y.value = percent(offsetY, plan.clientHeight);
  // Wagtail watches for changes to warn of what was not saved.
  for (const field of [line.x, line.y]) field.dispatchEvent(new Event("change", { bubbles: true }));
  draw();
});
draw();
