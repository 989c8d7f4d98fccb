// Many photos into one album: each is sent by itself, two at a time, again after a cut line, and named if it failed (S4).
(() => {
  const form = document.querySelector("[data-photos]");
  if (!form) return;
  const AT_ONCE = 2, TRIES = 6, MOST = 10 * 1024 * 1024;
  const say = form.dataset;
  const input = form.querySelector("input[type=file]");
  const shown = form.querySelector("[data-photos-progress]");
  const bar = shown.querySelector("progress"), total = shown.querySelector("[data-photos-total]");
  const list = shown.querySelector("ul"), again = shown.querySelector("[data-photos-again]");
  let photos = [];

  // By hand: `crypto.randomUUID` is there on secure pages only, and a community may begin without a certificate.
  const number = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (sign) =>
    (sign ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (sign / 4)))).toString(16));

  const wait = (ms) => new Promise((done) => {
    const timer = setTimeout(done, ms);
    addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
  });
  const tell = (photo, words, state) => {
    photo.state = state;
    photo.row.dataset.state = state;
    photo.row.lastChild.textContent = words;
    const done = photos.filter((one) => one.state === "done").length;
    total.textContent = say.total.replace("{done}", done).replace("{all}", photos.length);
    bar.value = photos.reduce((sum, one) => sum + (one.state === "done" ? 1 : one.sent), 0) / photos.length * 100;
  };
  const send = (photo) => new Promise((done) => {
    const request = new XMLHttpRequest(), body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.set("once", photo.once);
    body.set("pictures", photo.file, photo.file.name);
    request.open("POST", form.action);
    request.setRequestHeader("X-Photo", "one");
    request.upload.onprogress = (event) => {
      photo.sent = event.loaded / event.total * 0.95;
      tell(photo, `${Math.round(photo.sent * 100)} %`, "sending");
    };
    request.onload = () => done({ status: request.status, said: request.responseText });
    request.onerror = request.ontimeout = () => done({ status: 0, said: "" });
    request.timeout = 120000;
    request.send(body);
  });
  const carry = async (photo) => {
    if (photo.file.size > MOST) return tell(photo, say.tooLarge, "failed");
    for (let tried = 0; tried < TRIES; tried += 1) {
      const { status, said } = await send(photo);
      if (status === 201) return tell(photo, say.done, "done");
      if (status === 422) return tell(photo, said, "failed");
      photo.sent = 0;
      // 429, 5xx and a cut line pass; what is wrong with the photo itself does not.
      if (status && status < 429) return tell(photo, say.failed, "failed");
      tell(photo, say.offline, "waiting");
      await wait(1000 * 2 ** tried);
    }
    tell(photo, say.failed, "failed");
  };
  const run = async () => {
    const queue = photos.filter((one) => one.state !== "done");
    again.hidden = true;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (queue.length) await carry(queue.shift());
    }));
    const failed = photos.filter((one) => one.state === "failed").length;
    total.textContent = failed ? say.someFailed.replace("{failed}", failed) : say.allDone;
    again.hidden = !failed;
    if (!failed) location.reload();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.replaceChildren();
    photos = [...input.files].map((file) => {
      const row = document.createElement("li");
      row.append(file.name, document.createElement("span"));
      list.append(row);
      return { file, row, once: number(), sent: 0, state: "waiting" };
    });
    if (!photos.length) return;
    shown.hidden = false;
    photos.forEach((photo) => tell(photo, say.waiting, "waiting"));
    input.value = "";
    run();
  });
  again.addEventListener("click", run);
  addEventListener("beforeunload", (event) => {
    if (photos.some((one) => one.state === "sending" || one.state === "waiting")) event.preventDefault();
  });
})();
