// Shows what the site pushes, and what can be read without a network. SHELL stands before: { version, files, pages }.
//
// Two stores of pages. PUBLIC holds only what was fetched without cookies: it is what every visitor reads. OWN holds the
// agenda of one person who asked for that on this device; it goes when she signs out or somebody else signs in.
const FILES = `files-${SHELL.version}`, PUBLIC = "public", OWN = "own";
// Not what says "today": without a network nobody can tell whether it still is.
const READ_OFF_LINE = /^(\/en)?\/(notices|news|calendar|communities)\//;
const AGENDA = /^(\/en)?\/agenda\/$/, SIGN_OUT = /^(\/en)?\/account\/logout\/$/;
const AGAIN = 10 * 60 * 1000;

// The worker's own memory ends with it, half a minute after the last page: what is kept says itself since when.
const SINCE = "Linli-Kept-Since";
const dated = async (answer) => {
  const headers = new Headers(answer.headers);
  headers.set(SINCE, new Date().toISOString());
  return new Response(await answer.text(), { headers });
};
const since = (answer) => new Date(answer.headers.get(SINCE));

// What every visitor reads: never a page that was made for somebody. What a visitor does not get any more goes.
const asVisitor = async (address) => {
  const kept = await caches.open(PUBLIC), answer = await fetch(address, { credentials: "omit", redirect: "manual" });
  const isPage = answer.ok && answer.headers.get("Content-Type")?.startsWith("text/html");
  if (isPage) await kept.put(address, await dated(answer.clone()));
  else if (answer.status < 500) await kept.delete(address);
  return isPage ? answer : null;
};
const isNew = async (address) => {
  const answer = await (await caches.open(PUBLIC)).match(address);
  return answer && Date.now() - since(answer) < AGAIN;
};
const refresh = async (address) => {
  if (!await isNew(address)) await asVisitor(address).catch(() => { /* what is kept is needed now */ });
};
// The page for when nothing answers, and the notices that it names.
const refreshShell = async () => {
  for (const page of SHELL.pages) {
    if (await isNew(page)) continue;
    const html = await (await asVisitor(page))?.text() ?? "";
    for (const [, notice] of html.matchAll(/data-keep href="([^"]+)"/g)) await refresh(new URL(notice, location.origin).pathname);
  }
};

addEventListener("install", (event) => event.waitUntil((async () => {
  await (await caches.open(FILES)).addAll(SHELL.files);
  await refreshShell();
  await skipWaiting();
})()));
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("files-") && name !== FILES) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
})()));

// A page that was kept says that it was, and when.
const asKept = async (answer) => {
  const html = await answer.text(), at = since(answer).toLocaleString();
  const said = html.replace("data-kept hidden", "data-kept").replace("<time data-kept-at>", `<time data-kept-at>${at}`);
  return new Response(said, { headers: answer.headers });
};
const withoutNetwork = async (path) => {
  if (AGENDA.test(path)) {
    const own = await (await caches.open(OWN)).match(path);
    if (own) return own;
  }
  const kept = await caches.open(PUBLIC);
  const page = await kept.match(path);
  return page ? asKept(page) : await kept.match(path.startsWith("/en/") ? "/en/offline/" : "/offline/") ?? Response.error();
};
const page = async (event, path) => {
  try {
    const answer = await event.preloadResponse ?? await fetch(event.request);
    if (READ_OFF_LINE.test(path)) {
      // Withdrawn, or for some only: it is not kept on.
      event.waitUntil(answer.ok ? refresh(path) : caches.open(PUBLIC).then((kept) => kept.delete(path)));
    }
    event.waitUntil(refreshShell().catch(() => { /* next time */ }));
    return answer;
  } catch { return withoutNetwork(path); }
};
const file = async (request) => await caches.match(request) ?? (async () => {
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(FILES)).put(request, answer.clone());
  return answer;
})();

addEventListener("fetch", (event) => {
  const { pathname, origin, search } = new URL(event.request.url);
  // At once, whatever page comes next, and whether one does.
  if (event.request.method === "POST" && SIGN_OUT.test(pathname)) event.waitUntil(caches.delete(OWN));
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(file(event.request));
  else if (event.request.mode === "navigate" && !search && !pathname.startsWith("/admin/")) event.respondWith(page(event, pathname));
});

// --- whose device this is now: every page says so, and whether she wants her agenda kept
const whose = async () => (await (await caches.open(OWN)).match("/whose"))?.text();
addEventListener("message", (event) => event.waitUntil((async () => {
  const { person, keep, agenda } = event.data;
  if (!person || !keep || await whose() !== person) await caches.delete(OWN);
  if (!person || !keep) return;
  const answer = await fetch(agenda, { redirect: "error" });
  const html = await answer.clone().text();
  // The session may have become another's since that page was drawn.
  if (!answer.ok || !html.includes(`data-person="${person}"`)) return;
  const own = await caches.open(OWN);
  await own.put("/whose", new Response(person));
  await own.put(new URL(agenda, location.origin).pathname, answer);
})().catch(() => { /* without a network what is kept stays */ })));

addEventListener("push", (event) => {
  const { title, url, tag } = event.data?.json() ?? {};
  if (title) event.waitUntil(registration.showNotification(title, { tag, data: { url }, icon: "/favicon.ico" }));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  // Only ever an address of this site.
  const address = new URL(event.notification.data?.url ?? "/", location.origin);
  if (address.origin !== location.origin) return;
  event.waitUntil((async () => {
    const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
    const same = open.find((one) => one.url === address.href);
    return same ? same.focus() : clients.openWindow(address.href);
  })());
});
