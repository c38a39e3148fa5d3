// Files and canvases: their cards in messages, and the viewer.
import { dialogKeys, giveFocusBack, takeFocus } from "./dialog.js";
import { h } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { markdown } from "./markdown.js";
import { changed, nameOf, ui } from "./store.js";
import { openFile } from "./ui.js";

/** Cards for the files of a message. */
export function fileCards(files) {
  if (!files?.length) return null;
  return h("div", { class: "files" }, files.map(card));
}

function card(file) {
  if (file.deleted) return h("p", { class: "notice", key: file.id }, "This file was deleted.");
  const name = file.title || file.name;
  const kind = file.canvas ? "Canvas" : sizeOf(file);
  const props = {
    type: "button",
    key: file.id,
    class: "file-card",
    "data-file": file.id,
    "aria-label": `Open ${name}`,
    onclick: () => openFile(file.id),
  };
  return h(
    "button",
    props,
    h("span", { class: "file-icon" }, icon(file.canvas ? "canvas" : "file")),
    h("span", { class: "file-words" }, h("strong", {}, name), h("span", {}, kind)),
  );
}

function sizeOf({ mimetype, size }) {
  const shown =
    size < 1024
      ? `${size} bytes`
      : size < 1048576
        ? `${Math.round(size / 1024)} kB`
        : `${(size / 1048576).toFixed(1)} MB`;
  return `${mimetype} · ${shown}`;
}

/** The file or canvas that is open over the page, if one is. */
export function viewer() {
  const file = ui.viewer;
  if (!file) return null;
  let box = null;
  const close = () => {
    ui.viewer = null;
    changed();
    queueMicrotask(() => box && giveFocusBack(box));
  };
  const name = file.title || file.name;
  const ref = (el) => {
    box = el;
    takeFocus(el);
  };
  return h(
    "div",
    {
      class: "overlay",
      key: `viewer/${file.id}`,
      onpointerdown: (event) => event.target === event.currentTarget && close(),
    },
    h(
      "section",
      {
        class: "dialog viewer",
        role: "dialog",
        "aria-modal": "true",
        "aria-label": name,
        tabindex: "-1",
        ref,
        onkeydown: dialogKeys(close),
      },
      h(
        "header",
        { class: "dialog-head" },
        icon(file.canvas ? "canvas" : "file"),
        h("h2", {}, name),
        h("span", { class: "quiet" }, file.user ? nameOf(file.user) : ""),
        !file.canvas && download(file),
        iconButton("close", "Close", close),
      ),
      h("div", { class: "dialog-body", "data-body": true, tabindex: "0" }, content(file)),
    ),
  );
}

/** What is in a file: Markdown rendered, pictures shown, other text as it is. */
export function content(file) {
  if (file.markdown !== undefined) return h("div", { class: "markdown document" }, markdown(file.markdown));
  if (file.picture) return h("img", { class: "picture", src: `/sandbox/raw/${file.id}`, alt: file.title || file.name });
  if (file.text !== undefined) return h("pre", { class: "plain-file" }, file.text);
  return h("p", { class: "notice" }, "There is no preview of this kind of file.");
}

function download(file) {
  return h("a", { class: "link", href: `/sandbox/raw/${file.id}`, download: file.name }, "Download");
}
