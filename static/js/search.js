// What was searched lately is kept by this browser alone, and shown while the box is empty; to who searched, not to
// whoever sits here next.
const KEY = "searched", MOST = 8, whose = document.documentElement.dataset.person ?? "";
const kept = () => {
  try {
    const { person, words } = JSON.parse(localStorage.getItem(KEY)) ?? {};
    if (person !== whose) localStorage.removeItem(KEY);
    return person === whose && Array.isArray(words) ? words.filter((word) => typeof word === "string").slice(0, MOST) : [];
  } catch { return []; }
};
const keep = (words) => {
  try {
    if (words.length) localStorage.setItem(KEY, JSON.stringify({ person: whose, words: words.slice(0, MOST) }));
    else localStorage.removeItem(KEY);
  } catch { /* private mode */ }
};

const searched = document.querySelector("[data-searched]")?.dataset.searched;
if (searched) keep([searched, ...kept().filter((word) => word !== searched)]);

const section = document.querySelector("[data-recent]"), words = kept();
if (section && words.length) {
  const list = section.querySelector("[data-recent-list]");
  for (const word of words) {
    const link = Object.assign(document.createElement("a"), { className: "chip", textContent: word });
    link.href = `?${new URLSearchParams({ q: word })}`;
    const row = document.createElement("li");
    row.append(link);
    list.append(row);
  }
  section.hidden = false;
  section.querySelector("[data-recent-clear]").addEventListener("click", () => {
    keep([]);
    section.hidden = true;
    document.querySelector("[data-search-box]").focus();
  });
}
