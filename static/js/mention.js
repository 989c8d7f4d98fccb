// Naming a neighbour: after an @ the people whom one may mention are offered, by name or pinyin, for keys and fingers.
// Without this file names are typed by hand, and mean the same.

// --- what is being asked at a place in a text: the letters behind the last @, if a name can stand there
const ASKED = /(^|[^A-Za-z0-9._@-])@([^\s@#，。！？、；：,.!?;:()（）《》<>"'“”]{0,20})$/u;
export const asked = (text, caret) => {
  const found = ASKED.exec(text.slice(0, caret));
  return found ? { words: found[2], start: caret - found[2].length - 1 } : null;
};

// --- what a text becomes when a name is chosen, and where one goes on
export const filled = (text, { start, words }, name) => {
  const rest = text.slice(start + 1 + words.length), put = `@${name}${/^\s/u.test(rest) ? "" : " "}`;
  return { text: text.slice(0, start) + put + rest, caret: start + put.length + (/^\s/u.test(rest) ? 1 : 0) };
};

// --- the option that a key leads to, round and round
export const stepped = (at, by, many) => (many ? (at + by + many) % many : -1);

let number = 0;
export const offer = (field) => {
  const url = new URL(field.dataset.mention, location.href), known = new Map();
  const id = `mention-${(number += 1)}`;
  const list = Object.assign(document.createElement("ul"), { id, className: "mentions card", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.mentionLabel);
  const told = Object.assign(document.createElement("span"), { className: "vh" });
  told.setAttribute("role", "status");
  field.parentElement.classList.add("has-mentions");
  field.after(list, told);
  let question = null, people = [], at = -1, timer = null, asking = null, barren = "";

  const mark = (to) => {
    at = to;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    const option = list.children[at];
    if (!option) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    question = null;
    people = [];
    list.hidden = true;
    list.replaceChildren();
    told.textContent = "";
    for (const name of ["role", "aria-expanded", "aria-controls", "aria-autocomplete", "aria-activedescendant"]) field.removeAttribute(name);
  };
  const face = ({ face: src, initial, tint }) => {
    const shown = Object.assign(document.createElement("span"), { className: `ava ava--s tint-${tint}` });
    shown.setAttribute("aria-hidden", "true");
    shown.append(src ? Object.assign(document.createElement("img"), { src, alt: "" }) : initial);
    return shown;
  };
  const show = (found) => {
    people = found;
    if (!people.length) return close();
    list.replaceChildren(...people.map((person, place) => {
      const option = Object.assign(document.createElement("li"), { id: `${id}-${place}` });
      option.setAttribute("role", "option");
      const words = Object.assign(document.createElement("span"), { textContent: person.text });
      option.append(face(person), words);
      if (person.note) option.append(Object.assign(document.createElement("small"), { textContent: person.note }));
      return option;
    }));
    list.hidden = false;
    list.style.top = list.closest(".chat__write") ? "" : `${field.offsetTop + field.offsetHeight + 4}px`;
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", id], ["aria-autocomplete", "list"]]) field.setAttribute(name, value);
    told.textContent = field.dataset.mentionSome.replace("{}", people.length);
    mark(0);
  };
  const choose = (place) => {
    const { text, caret } = filled(field.value, question, people[place].text);
    close();
    field.value = text;
    field.setSelectionRange(caret, caret);
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const ask = async (words) => {
    asking?.abort();
    asking = new AbortController();
    url.searchParams.set("q", words);
    try {
      const answer = await fetch(url, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return close();
      const { people: found } = await answer.json();
      known.set(words, found);
      if (!found.length) barren = words;
      if (question?.words === words) show(found);
    } catch { /* another question came, or there is no network: the name is typed by hand */ }
  };
  const look = () => {
    const now = field.selectionStart === field.selectionEnd ? asked(field.value, field.selectionStart) : null;
    clearTimeout(timer);
    // Where nobody was found, a longer name finds nobody either.
    if (!now || (barren && now.words.startsWith(barren))) return close();
    question = now;
    if (known.has(now.words)) show(known.get(now.words));
    else timer = setTimeout(() => ask(now.words), 150);
  };

  field.addEventListener("input", look);
  field.addEventListener("click", look);
  field.addEventListener("blur", close);
  // Before whatever else listens to these keys: in an open list they belong to it.
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown") mark(stepped(at, 1, people.length));
    else if (event.key === "ArrowUp") mark(stepped(at, -1, people.length));
    else if (event.key === "Enter" || event.key === "Tab") choose(at);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  // The field keeps the focus, and a telephone its keyboard.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose([...list.children].indexOf(option));
  });
};

for (const field of document.querySelectorAll("textarea[data-mention]")) offer(field);
