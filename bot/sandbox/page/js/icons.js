// Line icons, drawn here so that nothing is loaded from elsewhere.
import { h } from "./dom.js";

const PATHS = {
  menu: "M3 6h18M3 12h18M3 18h18",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  hash: "M9 4L7 20M17 4l-2 16M4 9h16M4 15h16",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  reply: "M4 5h16v11H10l-5 4v-4H4z",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.5v.5M15 9.5v.5",
  pin: "M9 3h6l-1 7 4 4H6l4-4zM12 14v7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  eye: "M2 12s4-6 10-6 10 6 10 6-4 6-10 6-10-6-10-6zM12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  canvas: "M5 3h14v18H5zM8 8h8M8 12h8M8 16h5",
  send: "M4 12l16-8-6 16-3-6z",
  down: "M6 9l6 6 6-6",
  right: "M9 6l6 6-6 6",
  users: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2 20c0-4 3-6 7-6s7 2 7 6M16 4a3.5 3.5 0 0 1 0 7M18 14c3 1 4 3 4 6",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  scope: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM15 15l6 6M10 7v6M7 10h6",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  archive: "M4 5h16v4H4zM5 9v11h14V9M10 13h4",
  warn: "M12 4l9 16H3zM12 10v4M12 17v.01",
  check: "M5 12l5 5 9-10",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9.5v.01",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  search: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM15 15l6 6",
  bold: "M7 4h6a4 4 0 0 1 0 8H7zM7 12h7a4 4 0 0 1 0 8H7z",
  italic: "M10 4h8M6 20h8M15 4L9 20",
  strike: "M4 12h16M16 7c-1-2-3-3-5-3-5 0-5 6-1 8M8 17c1 2 3 3 5 3 4 0 5-4 3-6",
  skip: "M5 5l9 7-9 7zM18 5v14",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5",
};

/** A decorative icon: its neighbour or its button carries the name. */
export function icon(name) {
  return h(
    "svg",
    { class: `icon icon-${name}`, viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    h("path", { d: PATHS[name] || PATHS.more }),
  );
}

/** A button that shows only an icon, and is called `label`. */
export function iconButton(name, label, onclick, props = {}) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props },
    icon(name),
  );
}
