// The microscope: what will happen next, what went over the wire, what is owed, and what is recorded.
import { dues } from "./clock.js";
import { h, names } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { read } from "./live.js";
import { mrkdwn } from "./mrkdwn.js";
import { changed, channelTitle, now, state, ui } from "./store.js";
import { span, timeWithSeconds } from "./time.js";
import { wire } from "./wire.js";

let tab = "wire";

export function pane() {
  if (!ui.pane) return null;
  const close = () => {
    ui.pane = false;
    localStorage.setItem("pane", "");
    changed();
  };
  const escape = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    close();
    document.querySelector(".pane-switch")?.focus();
  };
  return h(
    "aside",
    { class: "side-panel pane", key: "pane", "aria-label": "What the bot asked of Slack", onkeydown: escape },
    h(
      "header",
      { class: "panel-head" },
      icon("scope"),
      h("h2", {}, "What the bot asked of Slack"),
      iconButton("close", "Close the microscope", close),
    ),
    h(
      "section",
      { class: "pane-next", key: "next", "aria-label": "Next" },
      h("h3", {}, "What will happen next"),
      dues(3),
    ),
    tabs(),
    { wire, owed, story }[tab](),
  );
}

function tabs() {
  const owing = state.insight.owed.length;
  const all = [
    ["wire", "On the wire"],
    ["owed", owing ? `Owed ${owing}` : "Owed"],
    ["story", "Timeline"],
  ];
  return h(
    "div",
    { class: "tabs", role: "tablist", key: "tabs", "aria-label": "Microscope" },
    all.map(([id, text]) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          key: id,
          class: names("tab", tab === id && "current"),
          "aria-selected": tab === id ? "true" : "false",
          onclick: () => ((tab = id), changed()),
        },
        text,
      ),
    ),
  );
}

function owed() {
  if (!state.insight.owed.length)
    return h("p", { class: "empty", key: "owed" }, "Nothing is owed: everybody has been told what they should know.");
  return h(
    "ol",
    { class: "journal", key: "owed", "aria-label": "Owed" },
    state.insight.owed.map((one, i) =>
      h(
        "li",
        { class: "entry owed", key: `${one.since}/${one.what}/${i}` },
        h("span", { class: "due-words" }, one.what, h("span", { class: "quiet" }, aboutOwed(one))),
        h("span", { class: names("outcome", one.trouble ? "warn" : "waiting") }, standing(one)),
      ),
    ),
  );
}

function aboutOwed(one) {
  const since = `since ${timeWithSeconds(one.since, state.me.tz)}`;
  return [one.about, since, one.trouble].filter(Boolean).join(" · ");
}

function standing(one) {
  if (one.under_way) return one.attempts > 1 ? `attempt ${one.attempts}` : "under way";
  const left = one.due_at - now();
  if (left > 0) return `again in ${span(left)}`;
  return "waits for its turn";
}

let held = { key: "", about: "", facts: [] }; // of the channel that is open

function story() {
  const channel = state.channels[ui.channel];
  if (!channel) return h("p", { class: "empty", key: "story" }, "Open the channel of an incident to read its timeline.");
  fetchStory(channel);
  if (!held.about)
    return h("p", { class: "empty", key: "story" }, `${channelTitle(channel)} is not the channel of an incident.`);
  return [
    h("p", { class: "verdict", key: "about" }, `${held.about} as it stands in the database`),
    h(
      "ol",
      { class: "journal story", key: "story", "aria-label": `Timeline of ${held.about}` },
      held.facts.map((fact, i) =>
        h(
          "li",
          { class: "entry owed", key: i },
          h("time", { class: "entry-at" }, timeWithSeconds(fact.at, state.me.tz)),
          h("span", { class: "due-words" }, h("span", {}, mrkdwn(fact.what))),
        ),
      ),
    ),
  ];
}

// Asked again whenever the bot's state or the channel has changed.
async function fetchStory(channel) {
  const key = `${channel.id}/${state.insight.looks}/${channel.last_ts}`;
  if (held.key === key) return;
  held = held.key.startsWith(channel.id) ? { ...held, key } : { key, about: "", facts: [] };
  const answer = await read("story", { channel: channel.id });
  if (held.key !== key || !answer.ok) return;
  held = { key, about: answer.about, facts: answer.facts };
  changed();
}
