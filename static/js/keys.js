// Keys that sign and never leave this browser: made by WebCrypto, not extractable, kept in IndexedDB under the
// fingerprint of their public half. What is to be signed is looked at here before the key touches it: that it is the
// attributes of a document's signature (RFC 5652), of the digest that the server states, for the paper on this page.
// The file itself is not handed out: it bears the other side's signature, and this side has not signed yet.
const STORE = "keys";
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGN = { name: "ECDSA", hash: "SHA-256" };

const open = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("linli-signing", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
const inStore = async (mode, act) => {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const asked = act(database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
};
const keep = (print, key) => inStore("readwrite", (store) => store.put(key, print));
const find = (print) => inStore("readonly", (store) => store.get(print));

const toBase64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const toHex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = (bytes) => crypto.subtle.digest("SHA-256", bytes);

const say = (form, words) => {
  const place = form.querySelector("[data-signing-trouble]");
  place.textContent = words;
  place.hidden = false;
  form.removeAttribute("aria-busy");
};
const field = (form, name) => form.elements.namedItem(name);

// Enrolling: the key is kept first, so that no certificate is issued for one that is lost.
const enrol = async (form) => {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign"]);
  const publicKey = await crypto.subtle.exportKey("spki", pair.publicKey);
  await keep(toHex(await sha256(publicKey)), pair.privateKey);
  const challenge = new TextEncoder().encode(field(form, "challenge").value);
  field(form, "proof").value = toBase64(await crypto.subtle.sign(SIGN, pair.privateKey, challenge));
  field(form, "public_key").value = toBase64(publicKey);
};

const post = (url, values) => fetch(url, { method: "POST", body: new URLSearchParams(values), credentials: "same-origin" });

// The attribute message-digest with a SHA-256, up to the digest itself.
const MESSAGE_DIGEST = "06092a864886f70d01090431220420";

// Whether bytes are the SET of a signature's attributes, whole, with that digest and no other.
const attributesOf = (bytes, digest) => {
  const hex = toHex(bytes);
  const length = bytes[1] < 0x80 ? [2, bytes[1]] : bytes[1] === 0x81 ? [3, bytes[2]] : [4, bytes[2] * 256 + bytes[3]];
  if (bytes[0] !== 0x31 || bytes[1] > 0x82 || length[0] + length[1] !== bytes.length) return false;
  return /^[0-9a-f]{64}$/.test(digest) && hex.split(MESSAGE_DIGEST).length === 2 && hex.includes(MESSAGE_DIGEST + digest);
};

const sign = async (form, said) => {
  const key = await find(said.key);
  if (!key) return said.missing;
  const began = await post(said.signingBegin, new FormData(form));
  const task = await began.json();
  if (!began.ok) return task.error || said.failed;
  const asked = fromBase64(task.to_sign);
  const shown = field(form, "shown_digest");
  // Of a paper that lies before her already, and of no other.
  if (shown?.value && shown.value !== task.document) return said.differs;
  if (!attributesOf(asked, task.digest)) return said.differs;
  field(form, "signature").value = toBase64(await crypto.subtle.sign(SIGN, key, asked));
  field(form, "task_token").value = task.token;
  if (shown && task.document) shown.value = task.document;
  return "";
};

const enrolling = document.querySelector("[data-signing-enrol]");
enrolling?.addEventListener("submit", async (event) => {
  if (field(enrolling, "backend").value !== "device" || field(enrolling, "proof").value) return;
  event.preventDefault();
  try {
    await enrol(enrolling);
  } catch {
    say(enrolling, enrolling.dataset.failed);
    return;
  }
  enrolling.submit();
});

const ceremony = document.querySelector("[data-signing-begin]");
const signing = ceremony?.closest("form");
signing?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (signing.getAttribute("aria-busy") === "true") return;
  signing.setAttribute("aria-busy", "true");
  let trouble = "";
  // What is missing in the form is said by the server, in its own words.
  if (field(signing, "consent").checked) {
    try {
      trouble = await sign(signing, ceremony.dataset);
    } catch {
      trouble = ceremony.dataset.failed;
    }
  }
  if (trouble) say(signing, trouble);
  else signing.submit();
});

// The page of one's certificates says which keys are not here.
for (const row of document.querySelectorAll("[data-key]")) {
  const note = row.querySelector("[data-key-missing]");
  if (note) find(row.dataset.key).then((key) => { note.hidden = Boolean(key); }, () => { note.hidden = false; });
}
