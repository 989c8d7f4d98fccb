// A community's plan that can be moved and enlarged, and a street map where the site has one (P12). Leaflet is fetched
// only when somebody asks for it.
const box = document.querySelector("[data-plan]");
const figure = box?.querySelector(".plan");
const STREET = 16;
const LARGER = 1.5;

const fetched = () => window.L ? Promise.resolve(window.L) : new Promise((resolve, reject) => {
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: box.dataset.leafletCss });
  const script = Object.assign(document.createElement("script"), { src: box.dataset.leaflet });
  script.addEventListener("load", () => resolve(window.L));
  script.addEventListener("error", reject);
  document.head.append(sheet, script);
});
const numbers = (text) => text.split(" ").map(Number);
// Names go in as text: Leaflet would take them for HTML.
const words = (name, more) => {
  const said = document.createElement("span"), bold = document.createElement("b");
  bold.textContent = name;
  said.append(bold, ...(more ? [document.createElement("br"), more] : []));
  return said;
};
const ordinary = () => ({
  attributionControl: false,
  zoomControl: false,
  zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
});
const PIN = document.documentElement.dataset.mode === "elder" ? 44 : 34;
// It stands on its point: over it, it would cover the name that is drawn there.
const pin = (L, html) => L.divIcon({
  className: "plan__number num",
  html,
  iconSize: [PIN, PIN],
  iconAnchor: [PIN / 2, PIN],
  popupAnchor: [0, -PIN],
});
const zoom = (L, map) => L.control.zoom({ position: "bottomleft", zoomInTitle: box.dataset.closer, zoomOutTitle: box.dataset.farther })
  .addTo(map);

const openPlan = async () => {
  const L = await fetched();
  const [width, height] = numbers(figure.dataset.planSize);
  const room = figure.querySelector(".plan__map"), bounds = [[0, 0], [height, width]];
  const drawn = figure.querySelector(".plan__drawn"), before = drawn.clientWidth;
  drawn.setAttribute("hidden", "");
  room.hidden = false;
  const map = L.map(room, { ...ordinary(), crs: L.CRS.Simple, minZoom: -4, maxZoom: 2, zoomSnap: .1, maxBounds: bounds });
  zoom(L, map);
  L.imageOverlay(figure.dataset.planLarge, bounds).addTo(map);
  // The whole can be had again, but it begins larger than it was, and with no edge of the room left empty.
  map.setMinZoom(map.getBoundsZoom(bounds));
  map.setView([height / 2, width / 2], Math.max(map.getBoundsZoom(bounds, true), Math.log2(LARGER * before / width)));
  for (const [index, line] of [...document.querySelectorAll("[data-marker]")].entries()) {
    const [x, y] = numbers(line.dataset.marker), name = line.querySelector("b").textContent;
    L.marker([height * (1 - y / 100), width * x / 100], { icon: pin(L, String(index + 1)), title: name, alt: name })
      .bindPopup(words(name, line.querySelector(".small")?.textContent))
      .addTo(map);
  }
  room.focus();
};
const openMap = async ({ dataset: { at, tiles, tilesCredit, name } }) => {
  const L = await fetched();
  const room = box.querySelector(".plan__map--tiles"), credit = document.createElement("span");
  credit.textContent = tilesCredit;
  room.hidden = false;
  const map = L.map(room, { ...ordinary(), attributionControl: true }).setView(numbers(at), STREET);
  map.attributionControl.setPrefix(false);
  zoom(L, map);
  L.tileLayer(tiles, { maxZoom: 19, attribution: credit.innerHTML }).addTo(map);
  L.marker(numbers(at), { icon: pin(L, "●"), title: name, alt: name }).bindPopup(words(name)).addTo(map);
  room.focus();
};
// Each opens once; where the script can't be fetched the drawing stays, and the button can be pressed again.
const once = (button, open) => button?.addEventListener("click", async () => {
  button.disabled = true;
  try {
    await open(button);
    button.hidden = true;
  } catch {
    button.disabled = false;
  }
});

if (box) {
  const larger = box.querySelector("[data-plan-open]");
  once(larger, openPlan);
  once(box.querySelector("[data-map-open]"), openMap);
  figure?.querySelector(".plan__drawn").addEventListener("click", () => larger.click());
}
