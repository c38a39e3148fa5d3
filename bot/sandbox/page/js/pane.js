// The microscope: what the bot asked of Slack and what was delivered to it, in order.
import { h, lazy, names } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { read } from "./live.js";
import { changed, state, ui } from "./store.js";
import { timeWithSeconds } from "./time.js";

const KINDS = [
  ["all", "All"],
  ["call", "Calls"],
  ["delivery", "Deliveries"],
  ["violation", "Violations"],
];
const details = new Map(); // entry id -> {version, entry}
let kind = "all";
let openEntry = null;

export function pane() {
  if (!ui.pane) return null;
  const close = () => {
    ui.pane = false;
    localStorage.setItem("pane", "");
    changed();
  };
  const shown = state.journal.filter((entry) => kind === "all" || entry.kind === kind);
  return h(
    "aside",
    { class: "side-panel pane", key: "pane", "aria-label": "What the bot asked of Slack" },
    h(
      "header",
      { class: "panel-head" },
      icon("scope"),
      h("h2", {}, "What the bot asked of Slack"),
      iconButton("close", "Close the microscope", close),
    ),
    filters(),
    verdict(),
    h(
      "ol",
      { class: "journal", "aria-label": "Calls and deliveries", reversed: true },
      shown.slice(-300).reverse().map(row),
    ),
    !shown.length && h("p", { class: "empty" }, "Nothing yet."),
  );
}

function filters() {
  const count = { call: state.counts.calls, delivery: state.counts.deliveries, violation: state.counts.violations };
  return h(
    "div",
    { class: "filters", role: "group", "aria-label": "Show" },
    KINDS.map(([id, name]) =>
      h(
        "button",
        {
          type: "button",
          key: id,
          class: names("filter", kind === id && "current", id === "violation" && count.violation && "bad"),
          "aria-pressed": kind === id ? "true" : "false",
          onclick: () => ((kind = id), changed()),
        },
        name,
        count[id] !== undefined && ` ${count[id]}`,
      ),
    ),
  );
}

function verdict() {
  const bad = state.counts.violations;
  if (!bad) return h("p", { class: "verdict good" }, icon("check"), "No violation of Slack's rules");
  return h(
    "p",
    { class: "verdict bad", role: "status" },
    icon("warn"),
    `${bad} violation${bad > 1 ? "s" : ""}: a real Slack would not have liked this`,
  );
}

function row(entry) {
  const isOpen = openEntry === entry.id;
  const detail = isOpen ? details.get(entry.id) : null;
  return lazy(entry.id, [entry, isOpen, detail?.entry, state.me.tz], () => drawRow(entry, isOpen, detail));
}

function drawRow(entry, isOpen, detail) {
  const toggle = () => {
    openEntry = isOpen ? null : entry.id;
    if (!isOpen) fetchDetail(entry);
    changed();
  };
  const tone = entry.kind === "violation" ? "bad" : entry.tone;
  return h(
    "li",
    { class: names("entry", entry.kind, tone), "data-entry": entry.id, "data-method": entry.name },
    h(
      "button",
      { type: "button", class: "entry-line", "aria-expanded": isOpen ? "true" : "false", onclick: toggle },
      h(
        "span",
        {
          class: "entry-sign",
          title: { call: "asked of Slack", delivery: "delivered to the bot", violation: "violation" }[entry.kind],
        },
        { call: "→", delivery: "←", violation: "!" }[entry.kind],
      ),
      h("span", { class: "entry-name" }, entry.name, entry.about && h("span", { class: "entry-about" }, entry.about)),
      h(
        "span",
        { class: names("outcome", tone) },
        entry.outcome,
        Number.isFinite(entry.took_ms) && h("span", { class: "entry-took" }, `${entry.took_ms} ms`),
      ),
      h("time", { class: "entry-at" }, timeWithSeconds(entry.at, state.me.tz)),
    ),
    isOpen &&
      h(
        "div",
        { class: "entry-detail" },
        detail?.entry ? drawDetail(detail.entry) : h("p", { class: "quiet" }, "Loading…"),
      ),
  );
}

async function fetchDetail(entry) {
  const answer = await read(`journal/${entry.id}`);
  details.set(entry.id, { entry: answer.ok ? answer.entry : { detail: answer.why } });
  changed();
}

function drawDetail(entry) {
  return [
    entry.detail && h("p", {}, entry.detail),
    entry.request !== undefined && [h("h3", {}, "Payload"), json(entry.request, "Payload")],
    entry.answer !== undefined && entry.answer !== null && [h("h3", {}, "Answer"), json(entry.answer, "Answer")],
  ];
}

function json(value, label) {
  return h(
    "pre",
    { class: "json", tabindex: "0", "aria-label": label },
    typeof value === "string" ? value : JSON.stringify(value, null, 2),
  );
}
