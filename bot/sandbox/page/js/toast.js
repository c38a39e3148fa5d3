// Short notes at the bottom of the page, read out by screen readers.
import { h, render } from "./dom.js";
import { iconButton } from "./icons.js";

let notes = [];
let counter = 0;

/** Say something for a few seconds. `tone` is "bad" or "good". */
export function notify(text, tone = "good") {
  counter += 1;
  const note = { id: counter, text, tone };
  notes = [...notes.slice(-2), note];
  draw();
  setTimeout(() => dismiss(note.id), tone === "bad" ? 8000 : 4000);
}

function dismiss(id) {
  notes = notes.filter((note) => note.id !== id);
  draw();
}

function draw() {
  const root = document.getElementById("toasts");
  render(
    root,
    notes.map((note) =>
      h(
        "div",
        { key: note.id, class: `toast ${note.tone}`, role: note.tone === "bad" ? "alert" : "status" },
        h("span", {}, note.text),
        iconButton("close", "Dismiss this note", () => dismiss(note.id)),
      ),
    ),
  );
}
