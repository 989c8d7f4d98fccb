// A longer text with headings, lists and links: the plain field stays what is sent, the editor writes into it (S3).
import "../vendor/trix-2.1.19/trix.esm.min.js";

for (const field of document.querySelectorAll("[data-rich]")) {
  const editor = document.createElement("trix-editor");
  const value = field.value.includes("<") ? field.value : field.value.replace(/\n/g, "<br>");
  field.hidden = true;
  field.required = false;
  const source = document.createElement("input");
  source.type = "hidden";
  source.id = `${field.id}-rich`;
  source.value = value;
  field.after(source, editor);
  editor.setAttribute("input", source.id);
  editor.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`)?.textContent.trim() ?? "");
  editor.addEventListener("trix-file-accept", (event) => event.preventDefault());
  editor.addEventListener("trix-change", () => {
    field.value = source.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
