// Stands right behind the urgent notices, so that what this device folded is folded before anything is drawn.
// A newer word has another version, and unfolds it again.
(() => {
  const key = (one) => `urgent:${one.dataset.urgent}`;
  for (const one of document.querySelectorAll("[data-urgent]")) {
    try { if (localStorage.getItem(key(one)) === one.dataset.urgentVersion) one.open = false; } catch { /* private mode */ }
    one.addEventListener("toggle", () => {
      try {
        if (one.open) localStorage.removeItem(key(one));
        else localStorage.setItem(key(one), one.dataset.urgentVersion);
      } catch { /* private mode: folded until the next page */ }
    });
  }
})();
