// The bar under the top: an incident record that is played by the people here. Play, pause, step, speed, take over.
import { avatar } from "./avatar.js";
import { h, names } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { reconnectAs } from "./live.js";
import { openList, openPanel } from "./popover.js";
import { changed, nameOf, state, ui } from "./store.js";
import { timeOf } from "./time.js";
import { notify } from "./toast.js";
import { openChannel } from "./ui.js";

const FAST = "fast";
const SPEEDS = [
  ["1", "In real time", "×1"],
  ["10", "10 times as fast", "×10"],
  ["60", "A minute each second", "×60"],
  [FAST, "As fast as it goes", "at once"],
];
const PATIENCE = 3000; // milliseconds until one asks again after a failure
const WORDS = 110; // characters of what is said next

const seen = { shelf: [], player: null };
let speed = "10";
let busy = false;

follow();

// Asks for news as long as the page is open; an answer comes when there is some.
async function follow() {
  for (;;) {
    const since = seen.player ? `?since=${seen.player.revision}` : "";
    try {
      learn(await (await fetch(`/sandbox/replay${since}`)).json());
    } catch {
      await pause(PATIENCE);
    }
    if (!seen.player) await pause(PATIENCE);
  }
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function learn(told) {
  if (!told.ok) return notify(told.why, "bad");
  seen.shelf = told.shelf;
  seen.player = told.player;
  changed();
}

async function lead(what) {
  busy = true;
  changed();
  try {
    const answer = await fetch("/sandbox/replay", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(what),
    });
    learn(await answer.json());
  } catch {
    notify("The workspace does not answer. Is the sandbox still running?", "bad");
  }
  busy = false;
  changed();
}

/** The button in the top bar that offers the records there are. */
export function replaySwitch() {
  if (!seen.shelf.length || seen.player) return null;
  const items = seen.shelf.map(({ name, title }) => ({ id: name, text: title, description: name }));
  return h(
    "button",
    {
      type: "button",
      class: "top-button",
      key: "replay",
      "aria-haspopup": "listbox",
      title: "Watch an incident as it went",
      onclick: (event) =>
        openList({
          anchor: event.currentTarget,
          label: "Replay an incident",
          items,
          onPick: ({ id }) => lead({ do: "open", name: id }),
        }),
    },
    icon("right"),
    h("span", { class: "wide-only" }, "Replay"),
  );
}

/** The bar, while something is played. */
export function replayBar() {
  const player = seen.player;
  if (!player) return null;
  return h(
    "section",
    { class: "replay", key: "replay", "aria-label": "Replay" },
    h("div", { class: "replay-lead" }, buttons(player), where(player)),
    coming(player),
    h("div", { class: "replay-more" }, takeOver(player), toRoom(player), away(player)),
  );
}

function buttons(player) {
  const over = player.pace === "over";
  const runs = player.pace === "timed" || player.pace === "at once";
  const play = () => lead(speed === FAST ? { do: "fast" } : { do: "play", speed: Number(speed) });
  return [
    runs
      ? button("Pause", () => lead({ do: "pause" }), { primary: true })
      : button("Play", play, { primary: true, disabled: over }),
    button("Step", () => lead({ do: "step" }), { disabled: over || busy, title: "Let the next thing happen" }),
    pace(runs),
  ];
}

function button(text, onclick, { primary = false, disabled = false, title = null } = {}) {
  const props = { type: "button", key: text, class: names("kit-button small", primary && "primary") };
  return h("button", { ...props, disabled, title, onclick }, text);
}

function pace(runs) {
  const shown = SPEEDS.find(([id]) => id === speed)[2];
  const choose = ({ id }) => {
    speed = id;
    if (runs) lead(id === FAST ? { do: "fast" } : { do: "play", speed: Number(id) });
    changed();
  };
  return h(
    "button",
    {
      type: "button",
      key: "pace",
      class: "kit-button small",
      "aria-label": `Speed of the replay: ${shown}`,
      "aria-haspopup": "listbox",
      onclick: (event) =>
        openList({
          anchor: event.currentTarget,
          label: "Speed of the replay",
          items: SPEEDS.map(([id, text]) => ({ id, text })),
          chosen: [speed],
          onPick: choose,
        }),
    },
    shown,
  );
}

function where(player) {
  return h(
    "span",
    { class: "replay-where" },
    h("strong", { title: player.title }, player.title),
    h("span", { class: "quiet" }, ` · ${player.done} of ${player.of}`),
    player.troubles.length > 0 &&
      h("span", { class: "replay-trouble", title: player.troubles.join("\n") }, ` · ${player.troubles.length} not done`),
  );
}

function coming(player) {
  const [next] = player.coming;
  if (!next) return h("p", { class: "replay-next", role: "status" }, "It is over. What came of it is in the channel.");
  const mine = next.taken;
  const shown = mine
    ? ["Your turn: in the record, ", what(next)]
    : ["Next, ", timeOf(next.at, state.me.tz), ": ", what(next)];
  const [left] = player.yours;
  return h(
    "div",
    { role: "status" },
    h("p", { class: names("replay-next", mine && "mine") }, shown),
    left && !mine && h("p", { class: "replay-next quiet" }, "Left to you: ", what(left)),
  );
}

function what(step) {
  const who = step.user ? nameOf(step.user) : step.who;
  return h("span", {}, h("strong", {}, who), ` ${deed(step)}`);
}

function deed(step) {
  const text = step.text.length > WORDS ? `${step.text.slice(0, WORDS)}…` : step.text;
  const said = text ? `: “${text}”` : "";
  const level = step.severity ? ` ${step.severity}` : "";
  const told = {
    post: `posts${said}`,
    say: `says${said}`,
    keep: `keeps on the timeline${said}`,
    declare: `declares${level}${said}`,
    ack: "answers the page",
    role: `takes a role: ${step.role}`,
    assign: `gives somebody a role: ${step.role}`,
    severity: `makes it${level}${said}`,
    mitigate: `says that it no longer hurts${said}`,
    resolve: `resolves it${said}`,
    update: `posts an update${said}`,
    note: `notes${said}`,
    command: "types a command",
  };
  return told[step.deed] || step.deed;
}

function takeOver(player) {
  const parts = player.parts.map(({ who, user, taken }) => part(who, user, taken));
  const mine = player.parts.filter(({ taken }) => taken).length;
  return h(
    "button",
    {
      type: "button",
      key: "take",
      class: "kit-button small",
      "aria-haspopup": "dialog",
      onclick: (event) =>
        openPanel({
          anchor: event.currentTarget,
          label: "Take somebody's part over",
          content: () => h("ul", { class: "panel-list", "aria-label": "Parts" }, parts),
        }),
    },
    mine ? `Taken over: ${mine}` : "Take over",
  );
}

function part(who, user, taken) {
  const name = nameOf(user);
  const called = who === name || who === state.users[user]?.name ? "" : ` (${who})`;
  return h(
    "li",
    { key: user },
    h(
      "label",
      { class: "panel-row" },
      h("input", {
        type: "checkbox",
        checked: taken,
        onchange: (event) => choosePart(user, event.target.checked),
      }),
      avatar(user, "small"),
      h("span", {}, `I am ${name}${called}`),
    ),
  );
}

// Whoever takes a part over sees what that person sees, and acts as them.
async function choosePart(user, mine) {
  await lead({ do: mine ? "take" : "give", user });
  if (!mine || user === state.as) return;
  ui.wanted = seen.player?.room || ui.channel;
  reconnectAs(user);
}

function toRoom(player) {
  return player.room && state.channels[player.room]
    ? button("Go to the channel", () => openChannel(player.room))
    : null;
}

function away(player) {
  return iconButton("close", "Put the replay away", () => lead({ do: "away" }), {
    key: "away",
    title: player.pace === "over" ? "Put the replay away" : "Stop the replay here; what has been done stays",
  });
}
