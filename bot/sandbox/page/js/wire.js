// The wire: what was delivered to the bot and what it asked of Slack, in order.
import { curl } from "./curl.js";
import { h, lazy, names } from "./dom.js";
import { icon } from "./icons.js";
import { read } from "./live.js";
import { changed, channelTitle, state, ui } from "./store.js";
import { timeWithSeconds } from "./time.js";
import { notify } from "./toast.js";

const KINDS = [
  ["all", "All"],
  ["call", "Calls"],
  ["delivery", "Deliveries"],
  ["violation", "Violations"],
];
const MOST = 300; // entries drawn
const details = new Map(); // entry id -> {entry}
let kind = "all";
let about = ""; // a channel's id, a case, or everything
let openEntry = null;

export function wire() {
  const shown = state.journal.filter((entry) => (kind === "all" || entry.kind === kind) && isAbout(entry));
  return [
    filters(),
    chooser(),
    verdict(),
    h(
      "ol",
      { class: "journal", key: "journal", "aria-label": "Calls and deliveries", reversed: true },
      shown.slice(-MOST).reverse().map(row),
    ),
    !shown.length && h("p", { class: "empty" }, "Nothing yet."),
  ];
}

// A case is what names it and what happens in its channel.
function isAbout(entry) {
  if (!about) return true;
  const channel = state.insight.cases.find((one) => one.about === about)?.channel;
  return entry.channel === (channel || about) || entry.names.includes(about) || entry.names.includes(channel);
}

function chooser() {
  const here = state.channels[ui.channel];
  const options = [["", "Everything"]];
  if (here) options.push([here.id, `Only ${channelTitle(here)}`]);
  if (about && about !== here?.id && state.channels[about])
    options.push([about, `Only ${channelTitle(state.channels[about])}`]);
  for (const one of state.insight.cases) options.push([one.about, `Only ${one.about}`]);
  return h(
    "label",
    { class: "about", key: "about" },
    h("span", {}, "About"),
    h(
      "select",
      { class: "text-field", value: about, onchange: (event) => ((about = event.target.value), changed()) },
      options.map(([value, text]) => h("option", { value, key: value, selected: value === about }, text)),
    ),
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
    copyButton(entry),
  ];
}

function copyButton(entry) {
  const command = entry.request && curl(entry);
  if (!command) return null;
  const copy = () =>
    navigator.clipboard.writeText(command).then(
      () => notify("Copied. Tokens stand in it as variables."),
      () => notify("The browser does not let the page copy.", "bad"),
    );
  return h("button", { type: "button", class: "kit-button copy", onclick: copy }, icon("copy"), "Copy as curl");
}

function json(value, label) {
  return h(
    "pre",
    { class: "json", tabindex: "0", "aria-label": label },
    typeof value === "string" ? value : JSON.stringify(value, null, 2),
  );
}
