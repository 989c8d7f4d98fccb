// Shows what the site pushes and opens what it is about. Keeps nothing and answers no request.
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
