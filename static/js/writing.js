// In the editor: what our rules of plain writing find, when the page opens and after every save.
const box = document.querySelector("[data-writing-checks]");
const page = () => box.dataset.page || location.pathname.match(/\/pages\/(\d+)\/edit\//)?.[1];
const look = async () => {
  if (!page()) return;
  try {
    const answer = await fetch(box.dataset.writingChecks.replace("/0/", `/${page()}/`), { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) box.innerHTML = await answer.text();
  } catch { /* asked again after the next save */ }
};
if (box) {
  look();
  addEventListener("w-autosave:success", look, true);
}
