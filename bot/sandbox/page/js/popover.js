// Lists that open over the page: menus, the options of a select, completions of a search.
import { h, names, render } from "./dom.js";
import { icon } from "./icons.js";

let open = null; // the one popover there is

/**
 * Open a list at `anchor`. Items: {id, content, text, description?, group?, image?, danger?}.
 * `load(typed)` may fetch the items; `many` keeps the list open and calls `onPick` at each toggle; `onClose` comes once.
 */
export function openList(options) {
  close();
  const search = Boolean(options.search || options.load);
  open = {
    ...options,
    typed: "",
    at: -1,
    note: "",
    items: options.items || [],
    chosen: new Set(options.chosen || []),
    search,
  };
  open.before = document.activeElement;
  if (open.load) refill();
  draw();
  place();
  document
    .getElementById("popover")
    .querySelector(search ? "input" : "[role=listbox]")
    ?.focus();
  if (!search) step(1);
}

/** Open anything at `anchor`; `content(close)` draws it. */
export function openPanel({ anchor, label, content, onClose }) {
  close();
  open = { anchor, label, content, onClose, before: document.activeElement };
  draw();
  place();
  document.getElementById("popover").querySelector("input, button, [tabindex]")?.focus();
}

/** Draw an open panel anew: what it shows may have changed. */
export function refresh() {
  if (open?.content) draw();
}

function close() {
  if (!open) return;
  const was = open;
  open = null;
  document.getElementById("popover").replaceChildren();
  document.getElementById("popover").__nodes = [];
  was.anchor?.setAttribute?.("aria-expanded", "false");
  if (was.before?.isConnected) was.before.focus();
  was.onClose?.();
}

function shown() {
  if (open.load) return open.items;
  const wanted = open.typed.trim().toLowerCase();
  return open.items.filter(
    (item) => !wanted || `${item.text} ${item.description || ""}`.toLowerCase().includes(wanted),
  );
}

async function refill() {
  const mine = open;
  const least = open.least ?? 0;
  if (open.typed.length < least) {
    Object.assign(open, { items: [], note: `Type at least ${least} character${least === 1 ? "" : "s"}` });
    return;
  }
  const asked = open.typed;
  open.note = "Loading…";
  const { items, note } = await open.load(asked);
  if (open !== mine || open.typed !== asked) return;
  Object.assign(open, { items, note: note || (items.length ? "" : "No matches"), at: items.length ? 0 : -1 });
  draw();
}

function draw() {
  if (!open) return;
  const root = document.getElementById("popover");
  open.anchor?.setAttribute?.("aria-expanded", "true");
  const inside = open.content ? open.content(close) : list();
  const role = open.content ? { role: "dialog", "aria-label": open.label } : {};
  render(root, h("div", { class: "popover", ...role, onkeydown: keys }, inside));
}

function list() {
  const items = shown();
  const rows = [];
  let group = null;
  items.forEach((item, i) => {
    if (item.group !== undefined && item.group !== group)
      rows.push(h("li", { class: "option-group", role: "presentation", key: `g${item.group}` }, item.group));
    group = item.group;
    rows.push(row(item, i));
  });
  const note = open.note || (items.length ? "" : "No matches");
  const active = open.at >= 0 && items[open.at] ? `option-${open.at}` : null;
  return [
    open.search && searchField(active),
    h(
      "ul",
      {
        class: "options",
        role: "listbox",
        "aria-label": open.label,
        "aria-multiselectable": open.many ? "true" : null,
        "aria-activedescendant": active,
        tabindex: "-1",
      },
      rows,
    ),
    note && h("p", { class: "options-note", role: "status" }, note),
  ];
}

function searchField(active) {
  const oninput = (event) => {
    Object.assign(open, { typed: event.target.value, at: 0 });
    if (open.load) refill();
    draw();
  };
  return h("input", {
    class: "text-field search",
    type: "text",
    role: "searchbox",
    "aria-label": `Search ${open.label || ""}`.trim(),
    placeholder: "Search",
    autocomplete: "off",
    "aria-activedescendant": active,
    value: open.typed,
    oninput,
  });
}

function row(item, i) {
  const chosen = open.chosen.has(item.id);
  const props = {
    id: `option-${i}`,
    key: item.id,
    role: "option",
    class: names("option", i === open.at && "active", chosen && "chosen", item.danger && "danger"),
    "aria-selected": chosen ? "true" : "false",
    "data-value": item.id,
    onclick: () => pick(item),
    onmousemove: () => {
      if (open.at !== i) {
        open.at = i;
        draw();
      }
    },
  };
  const words = h(
    "span",
    { class: "option-words" },
    h("span", {}, item.content ?? item.text),
    item.description && h("span", { class: "option-description" }, item.description),
  );
  return h("li", props, item.image, words, chosen && icon("check"));
}

function pick(item) {
  if (!open.many) {
    const { onPick } = open;
    close();
    onPick(item);
    return;
  }
  if (open.chosen.has(item.id)) open.chosen.delete(item.id);
  else if (open.most && open.chosen.size >= open.most) return;
  else open.chosen.add(item.id);
  open.onPick(item);
  draw();
}

function step(by) {
  const count = shown().length;
  if (!count) return;
  open.at = (open.at + by + count) % count;
  draw();
  document.getElementById(`option-${open.at}`)?.scrollIntoView({ block: "nearest" });
}

function keys(event) {
  if (event.key === "Escape" || (event.key === "Tab" && !open.content)) {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (open.content) {
    event.stopPropagation();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" || (event.key === " " && !open.search)) {
    event.preventDefault();
    const item = shown()[open.at];
    if (item) pick(item);
  }
}

// Below the anchor if there is room, else above it; never off the screen.
function place() {
  const pop = document.querySelector("#popover .popover");
  const at = open.anchor.getBoundingClientRect();
  const width = Math.min(Math.max(at.width, pop.offsetWidth, 220), innerWidth - 16);
  const below = innerHeight - at.bottom - 12;
  const above = at.top - 12;
  const up = below < Math.min(pop.scrollHeight, 300) && above > below;
  pop.style.width = open.content ? "" : `${width}px`;
  pop.style.maxHeight = `${Math.max(140, Math.min(up ? above : below, open.content ? 640 : 420))}px`;
  pop.style.left = `${Math.max(8, Math.min(at.left, innerWidth - pop.offsetWidth - 8))}px`;
  if (up) pop.style.bottom = `${innerHeight - at.top + 4}px`;
  else pop.style.top = `${at.bottom + 4}px`;
}

addEventListener("pointerdown", (event) => {
  if (open && !event.target.closest("#popover") && !open.anchor?.contains?.(event.target)) close();
});
addEventListener("resize", close);
