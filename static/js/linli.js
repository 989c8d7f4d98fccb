// Everything works without this file; with it, pages answer faster and lose less.
const root = document.documentElement;

// --- day and night
addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-theme-toggle]");
  if (!toggle) return;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* private mode */ }
});

// --- a form is sent once, however often it is pressed
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  for (const button of form.elements) if (button.type === "submit") button.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

// --- an answer that refuses is no piece of the page: it leads on by its header, or says one sentence
const trouble = document.querySelector("[data-trouble]");
const say = (text) => {
  trouble.hidden = false;
  trouble.querySelector("span").textContent = text || trouble.dataset.trouble;
};
addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.hx.redirect || ctx.hx.refresh) return;
  say(ctx.response.headers.get("Content-Type")?.startsWith("text/plain") ? ctx.text : "");
});
addEventListener("htmx:error", () => say(""));
addEventListener("htmx:before:request", () => { trouble.hidden = true; });

// --- of many tabs the current one is in sight
// Not scrollIntoView: from there on Tab would begin, past everything before.
const tab = document.querySelector(".tabs [aria-current]");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;

// --- passkeys: the way in shows itself where the browser knows them; what failed is said, never silent
for (const form of document.querySelectorAll("[data-passkey]")) form.hidden = !window.PublicKeyCredential;
addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const line of document.querySelectorAll("[data-passkey-trouble]")) line.hidden = false;
}, true);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// --- menus close by Escape, by a click elsewhere and when the focus goes on: an open one would hide what has it
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
};
addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
addEventListener("focusout", ({ target, relatedTarget }) => {
  const menu = target.closest("details.menu[open]");
  if (menu && relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
});
addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  closeMenus();
});

// --- questions before what can't be undone
addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !confirm(question)) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);

// --- how many characters there are, counted as the server counts; too many are said and not sent, never cut
for (const field of document.querySelectorAll("textarea[data-max]")) {
  const counter = document.querySelector(`[data-count-for="${field.id}"]`);
  const show = () => {
    const many = [...field.value.trim()].length, over = many > Number(field.dataset.max);
    field.setCustomValidity(over ? field.dataset.tooLong : "");
    field.toggleAttribute("data-over", over);
    if (!counter) return;
    counter.textContent = `${many} / ${field.dataset.max}${over ? ` · ${field.dataset.tooLong}` : ""}`;
    counter.classList.toggle("over", over);
  };
  field.addEventListener("input", show);
  show();
}

// --- drafts: what is typed is kept by the server every few seconds
const token = (form) => form.querySelector("[name=csrfmiddlewaretoken]")?.value;
for (const field of document.querySelectorAll("[data-draft]")) {
  const note = field.form?.querySelector("[data-draft-note]");
  let timer = null, kept = field.value;
  const keep = async () => {
    if (field.value === kept || field.form.dataset.sent) return;
    const text = field.value;
    const body = new URLSearchParams({ key: field.dataset.draft, text, csrfmiddlewaretoken: token(field.form) });
    try {
      const answer = await fetch(field.dataset.draftUrl, { method: "POST", body });
      if (answer.ok) kept = text;
      if (note) note.hidden = !answer.ok;
    } catch { /* without a network the text still stands in the field */ }
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 2000); });
  field.addEventListener("blur", keep);
}

// --- chosen pictures: shown at once, with a line of description each
for (const input of document.querySelectorAll("[data-pictures]")) {
  const list = document.querySelector(input.dataset.pictures);
  const template = document.querySelector(input.dataset.template);
  const problem = input.closest("form").querySelector("[data-picture-problem]");
  input.addEventListener("change", () => {
    list.replaceChildren();
    const chosen = [...input.files];
    const light = chosen.filter((file) => file.size <= Number(input.dataset.maxBytes)), most = Number(input.dataset.most || 9), files = light.slice(0, most);
    const heavy = chosen.filter((file) => !light.includes(file)).map((file) => file.name).join("”“");
    const wrong = [
      heavy && input.dataset.tooLarge.replace("{}", heavy),
      light.length > most && input.dataset.tooMany,
    ].filter(Boolean).join(" ");
    problem.textContent = wrong;
    problem.hidden = !wrong;
    input.setCustomValidity("");
    delete input.form.dataset.confirm;
    if (wrong) {
      // What is good stays chosen; where nothing stays, or nothing can be taken out, no text goes without its pictures.
      try {
        const kept = new DataTransfer();
        for (const file of files) kept.items.add(file);
        input.files = kept.files;
        if (!files.length) input.form.dataset.confirm = `${wrong} ${input.dataset.without}`;
      } catch { input.setCustomValidity(wrong); }
    }
    for (const file of files) {
      const row = template.content.cloneNode(true);
      const image = row.querySelector("img");
      image.src = URL.createObjectURL(file);
      image.addEventListener("error", () => image.removeAttribute("src"));
      list.append(row);
    }
  });
}

// --- answering a comment: one form, moved to where it is needed
addEventListener("click", (event) => {
  const button = event.target.closest("[data-reply]");
  const form = document.querySelector("[data-comment-form]");
  if (!button || !form) return;
  event.preventDefault();
  form.querySelector("[name=reply_to]").value = button.dataset.reply;
  form.querySelector("[data-reply-note]").hidden = false;
  button.closest("[data-comment]").append(form);
  form.querySelector("textarea").focus();
});
addEventListener("click", (event) => {
  const form = event.target.closest("[data-reply-end]")?.closest("form");
  if (!form) return;
  event.preventDefault();
  form.querySelector("[name=reply_to]").value = "";
  form.querySelector("[data-reply-note]").hidden = true;
  document.getElementById("comments").append(form);
  form.querySelector("textarea").focus();
});

// --- the bell
const bell = document.querySelector("[data-poll-url]");
if (bell) {
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(bell.dataset.pollUrl, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      const numbers = await answer.json();
      for (const sign of document.querySelectorAll("[data-sign]")) {
        const number = numbers[sign.dataset.sign], dot = sign.querySelector(".dot");
        dot.hidden = !number;
        dot.textContent = number > 99 ? "99+" : number;
        sign.setAttribute("aria-label", number ? sign.dataset.some.replace("{}", number) : sign.dataset.none);
      }
    } catch { /* asked again */ }
  };
  const poll = () => setInterval(ask, Number(bell.dataset.pollSeconds || 30) * 1000);
  if (bell.dataset.liveUrl && "EventSource" in window) {
    const live = new EventSource(bell.dataset.liveUrl);
    live.addEventListener("unread", ask);
    // Something was said or read in a conversation of hers: an open one asks for it itself (chat.js).
    for (const name of ["unread", "chat"]) live.addEventListener(name, () => document.dispatchEvent(new Event("linli:chat")));
    live.addEventListener("chat", ask);
    // Closed for good, not just interrupted: from now on the page asks.
    live.addEventListener("error", () => { if (live.readyState === EventSource.CLOSED) poll(); });
    addEventListener("pagehide", () => live.close());
  } else poll();
  addEventListener("visibilitychange", ask);
}

// --- being woken by the browser's push service: asked for by a click, never by itself
const wake = document.querySelector("[data-push-key]");
if (wake && "serviceWorker" in navigator && "PushManager" in window) {
  wake.hidden = false;
  wake.addEventListener("click", async () => {
    try {
      if (await Notification.requestPermission() !== "granted") return say(wake.dataset.refused);
      const worker = await navigator.serviceWorker.register("/sw.js");
      await navigator.serviceWorker.ready;
      const held = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wake.dataset.pushKey });
      const { endpoint, keys } = held.toJSON();
      const body = new URLSearchParams({ endpoint, ...keys, csrfmiddlewaretoken: token(document.getElementById("act")) });
      const answer = await fetch(wake.dataset.pushUrl, { method: "POST", body });
      if (answer.ok) location.reload();
      else say(answer.headers.get("Content-Type")?.startsWith("text/plain") ? await answer.text() : "");
    } catch { say(wake.dataset.refused); }
  });
}

// --- without a network: the worker keeps public pages, and her agenda where she wants that on this device
if ("serviceWorker" in navigator && isSecureContext) {
  const person = root.dataset.person ?? "", keeper = document.querySelector("[data-agenda-keep]");
  const remembered = () => { try { return localStorage.getItem("agenda") === person; } catch { return false; } };
  const tell = async () => {
    const { active } = await navigator.serviceWorker.ready;
    const agenda = root.lang === "en" ? "/en/agenda/" : "/agenda/";
    active?.postMessage({ person, keep: Boolean(person) && remembered(), agenda });
  };
  const show = () => {
    if (!keeper) return;
    keeper.setAttribute("aria-pressed", String(remembered()));
    keeper.textContent = remembered() ? keeper.dataset.on : keeper.dataset.off;
  };
  keeper?.addEventListener("click", () => {
    try { if (remembered()) localStorage.removeItem("agenda"); else localStorage.setItem("agenda", person); } catch { /* private mode */ }
    show();
    tell();
  });
  show();
  // After the page itself: a first visit is not made heavier by it.
  addEventListener("load", () => setTimeout(async () => {
    try { await navigator.serviceWorker.register("/sw.js"); await tell(); } catch { /* private mode, or a browser without */ }
  }, 2000));
}

// --- pictures large, by keyboard too
const box = document.querySelector("[data-lightbox]");
if (box) {
  let group = [], at = 0;
  const show = (to) => {
    at = (to + group.length) % group.length;
    const image = box.querySelector("img");
    image.src = group[at].href;
    image.alt = group[at].querySelector("img")?.alt || "";
    box.querySelector("[data-lightbox-count]").textContent = `${at + 1} / ${group.length}`;
  };
  addEventListener("click", (event) => {
    const link = event.target.closest(".pics a, .gallery a");
    if (link) {
      event.preventDefault();
      group = [...link.closest(".pics, .gallery").querySelectorAll("a")];
      show(group.indexOf(link));
      box.showModal();
    }
    const step = event.target.closest("[data-lightbox-step]");
    if (step) show(at + Number(step.dataset.lightboxStep));
    if (event.target === box || event.target.closest("[data-lightbox-close]")) box.close();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") show(at + 1);
    if (event.key === "ArrowLeft") show(at - 1);
  });
}

// --- the search: "/" and Ctrl-K lead to its box, or to its page where none is in sight
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const asked = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!asked && !((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k")) return;
  const boxes = [...document.querySelectorAll("[data-search-box]")];
  const box = boxes.find((one) => one.checkVisibility()), page = document.querySelector("[data-search-page]");
  if (!box && !page) return;
  event.preventDefault();
  if (box) { box.focus(); box.select(); } else location.assign(page.href);
});

// --- copy an address
addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.querySelector("[data-copy-label]").textContent = button.dataset.copied;
});
for (const hidden of document.querySelectorAll("[data-needs-script]")) hidden.hidden = false;

// --- pass something on by the device's own sheet, where it has one
for (const button of document.querySelectorAll("[data-share]")) {
  button.hidden = !navigator.share;
  button.addEventListener("click", () => {
    const { share: url, shareTitle: title, shareText: text } = button.dataset;
    navigator.share({ url, title, text }).catch(() => { /* she thought better of it */ });
  });
}
