// A longer text with headings, lists and links: the plain field stays what is sent, the editor writes into it (S3).
import Trix from "../vendor/trix-2.1.19/trix.esm.min.js";

for (const field of document.querySelectorAll("[data-rich]")) {
  // Before the first editor is made: its buttons are named once.
  for (const [name, words] of Object.entries(field.dataset))
    if (name.startsWith("say")) Trix.config.lang[name[3].toLowerCase() + name.slice(4)] = words;
  const editor = document.createElement("trix-editor");
  const value = field.value.includes("<") ? field.value : field.value.replace(/\n/g, "<br>");
  field.hidden = true;
  field.required = false;
  const source = document.createElement("input");
  source.type = "hidden";
  source.id = `${field.id}-rich`;
  source.value = value;
  editor.setAttribute("input", source.id);
  editor.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`)?.textContent.trim() ?? "");
  field.after(source, editor);
  // Pictures have a field of their own, with a line of description each.
  editor.addEventListener("trix-file-accept", (event) => event.preventDefault());
  // The toolbar is reached by keyboard as everything else is; the package leaves that to shortcuts.
  editor.addEventListener("trix-initialize", () => {
    for (const button of editor.toolbarElement.querySelectorAll("button[tabindex]")) button.removeAttribute("tabindex");
  });
  editor.addEventListener("trix-change", () => {
    field.value = source.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
