// Shows what the site pushes, and what can be read without a network. SHELL stands before: { version, files, pages }.
//
// Two stores of pages. PUBLIC holds only what was fetched without cookies: it is what every visitor reads. OWN holds the
// agenda of one person who asked for that on this device; it goes when she signs out or somebody else signs in.
const FILES = `files-${SHELL.version}`, PUBLIC = "public", OWN = "own";
const READ_OFF_LINE = /^(\/en)?\/(notices|news|today|calendar|plates|communities)\//;
const AGENDA = /^(\/en)?\/agenda\/$/;
const AGAIN = 10 * 60 * 1000;
const fetchedAt = new Map();

// What every visitor reads: never a page that was made for somebody.
const asVisitor = async (address) => {
  const answer = await fetch(address, { credentials: "omit", redirect: "error" });
  if (answer.ok && answer.headers.get("Content-Type")?.startsWith("text/html")) {
    await (await caches.open(PUBLIC)).put(address, answer.clone());
  }
  return answer;
};
const refresh = async (address) => {
  if (Date.now() - (fetchedAt.get(address) ?? 0) < AGAIN) return;
  fetchedAt.set(address, Date.now());
  try { await asVisitor(address); } catch { (await caches.open(PUBLIC)).delete(address); }
};
// The page for when nothing answers, and the notices that it names.
const refreshShell = async () => {
  for (const page of SHELL.pages) {
    if (Date.now() - (fetchedAt.get(page) ?? 0) < AGAIN) continue;
    fetchedAt.set(page, Date.now());
    const html = await (await asVisitor(page)).text();
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

const withoutNetwork = async (path) => {
  if (AGENDA.test(path)) {
    const own = await (await caches.open(OWN)).match(path);
    if (own) return own;
  }
  const kept = await caches.open(PUBLIC);
  return await kept.match(path) ?? await kept.match(path.startsWith("/en/") ? "/en/offline/" : "/offline/") ?? Response.error();
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
