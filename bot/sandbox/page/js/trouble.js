// What goes wrong on purpose: switches for bad days at Slack, and the life of the bot.
import { h, names } from "./dom.js";
import { icon } from "./icons.js";
import { disturb } from "./live.js";
import { openPanel } from "./popover.js";
import { changed, state, ui } from "./store.js";

export function troubleButton() {
  const on = state.trouble.switches.filter((one) => one.on);
  const spoken = on.length ? `, on: ${on.map((one) => one.name).join(", ")}` : "";
  return h(
    "button",
    {
      type: "button",
      class: names("top-button", on.length > 0 && "on"),
      "aria-haspopup": "dialog",
      "aria-label": `Make trouble${spoken}`,
      title: "Make trouble, and see that nothing is lost",
      onclick: (event) => openPanel({ anchor: event.currentTarget, label: "Make trouble", content: panel }),
    },
    icon("bolt"),
    h("span", { class: "wide-only" }, "Trouble"),
    on.length > 0 && h("span", { class: "count-badge bad" }, on.length),
  );
}

function panel() {
  return h(
    "div",
    { class: "panel-body" },
    h("p", { class: "quiet" }, "Break things while an incident goes on, mend them, and see that nothing is lost."),
    h("h2", {}, "At Slack"),
    h("ul", { class: "switches" }, state.trouble.switches.map(switchRow)),
    h(
      "div",
      { class: "panel-buttons" },
      h("button", { type: "button", class: "kit-button", onclick: () => disturb("cut") }, "Cut the connection now"),
    ),
    h("h2", {}, "The bot"),
    life(),
  );
}

function switchRow(one) {
  return h(
    "li",
    { key: one.id },
    h(
      "button",
      {
        type: "button",
        role: "switch",
        "aria-checked": one.on ? "true" : "false",
        class: "switch-row",
        onclick: () => disturb(one.id, !one.on),
      },
      h("span", { class: "switch", "aria-hidden": "true" }),
      h("span", { class: "due-words" }, one.name, h("span", { class: "quiet" }, one.about)),
    ),
  );
}

function life() {
  const { kept, running } = state.trouble.bot;
  if (!kept)
    return h("p", { class: "quiet" }, "It was started elsewhere. Stop it there with kill -9, and start it again.");
  const busy = ui.pending.has("bot");
  return [
    h(
      "p",
      { class: "quiet" },
      running
        ? "A process of its own. It is killed without a word (SIGKILL), as a power cut would."
        : "It is dead. What people do now has nobody to hear it; Slack keeps the events, and what is owed stands in the database.",
    ),
    h(
      "div",
      { class: "panel-buttons" },
      running
        ? [
            h("button", { type: "button", class: "kit-button danger", onclick: () => live("kill") }, "Kill the bot"),
            h("button", { type: "button", class: "kit-button", onclick: again }, "Kill it and start it again"),
          ]
        : startButton(busy),
    ),
  ];
}

function startButton(busy) {
  return h(
    "button",
    { type: "button", class: names("kit-button primary", busy && "pending"), onclick: () => live("start") },
    "Start the bot again",
  );
}

async function live(what) {
  ui.pending.add("bot");
  changed();
  const answer = await disturb(what);
  ui.pending.delete("bot");
  changed();
  return answer;
}

async function again() {
  const killed = await live("kill");
  if (killed.ok) await live("start");
}

/** Over the page while the bot is dead. */
export function botNote() {
  if (state.trouble.bot.running) return null;
  const busy = ui.pending.has("bot");
  return h(
    "div",
    { class: "offline dead", role: "status", key: "dead" },
    h("span", {}, busy ? "The bot is starting." : "The bot is dead: nobody answers, and nothing that is due is done."),
    startButton(busy),
  );
}
