// The workspace's clock: how fast it runs, jumps, and the next moment at which the app will do something.
import { h, names } from "./dom.js";
import { icon } from "./icons.js";
import { setClock } from "./live.js";
import { openPanel } from "./popover.js";
import { now, state } from "./store.js";
import { dayLabel, span, timeWithSeconds } from "./time.js";

const JUST_AFTER = 0.05; // seconds: what is due at a moment is due right after it
const JUMPS = [
  [1, "+1 min", "Let 1 minute pass at once"],
  [5, "+5 min", "Let 5 minutes pass at once"],
  [60, "+1 h", "Let 1 hour pass at once"],
];
const PACES = [
  [0, "Paused", "paused"],
  [1, "Real time", ""],
  [10, "10 times as fast", "×10"],
  [60, "A minute each second", "×60"],
];

/** In the bar: what time it is, jumps, and what comes next. */
export function clock() {
  const tz = state.me.tz;
  const open = (event) => openPanel({ anchor: event.currentTarget, label: "Clock of the workspace", content: panel });
  return h(
    "div",
    { class: "clock", role: "group", "aria-label": "Clock of the workspace" },
    h(
      "button",
      {
        type: "button",
        class: "clock-face",
        "aria-haspopup": "dialog",
        title: `${dayLabel(now(), tz, now())}, ${tz}`,
        "aria-label": `${timeWithSeconds(now(), tz)} ${paceWords()}: change the pace of time`,
        onclick: open,
      },
      icon("clock"),
      h("time", { "data-clock": Math.floor(now()) }, timeWithSeconds(now(), tz)),
      pace(),
    ),
    JUMPS.map(jump),
    next(),
  );
}

function jump([minutes, text, title]) {
  return h(
    "button",
    { type: "button", key: minutes, class: "jump", title, onclick: () => setClock({ jump: minutes }) },
    text,
  );
}

function pace() {
  const words = paceWords();
  return words && h("span", { class: "pace" }, words);
}

function paceWords() {
  const found = PACES.find(([speed]) => speed === state.clock.speed);
  return found ? found[2] : `×${state.clock.speed}`;
}

/** What the app will do by itself, the soonest first; what is late is being done. */
export function ahead() {
  return state.insight.due.filter((due) => due.at > now());
}

/** Let time pass until what is due then has fallen due. */
export function goTo(due) {
  return setClock({ to: due.at + JUST_AFTER });
}

function next() {
  const [due] = ahead();
  if (!due) return null;
  const left = span(due.at - now());
  const what = `${due.what}${due.about ? `, ${due.about}` : ""}`;
  return h(
    "button",
    {
      type: "button",
      key: "next",
      class: "jump next-due",
      title: `Next: ${what}, in ${left}. Go there`,
      "aria-label": `${due.what} in ${left}. Go to what is due next${due.about && ` (${due.about})`}`,
      onclick: () => goTo(due),
    },
    h("span", { class: "next-what" }, due.what),
    " ",
    h("span", { class: "next-left" }, `in ${left}`),
    icon("skip"),
  );
}

function panel() {
  return h(
    "div",
    { class: "panel-body" },
    h("h2", { id: "pace-of-time" }, "Pace of time"),
    h(
      "div",
      { role: "radiogroup", "aria-labelledby": "pace-of-time", class: "paces", onkeydown: arrows },
      PACES.map(paceButton),
    ),
    h("h2", {}, "Let time pass at once"),
    h("div", { class: "panel-buttons" }, JUMPS.map(jump)),
    ownJump(),
    h("h2", {}, "What will happen next"),
    dues(6),
  );
}

function paceButton([speed, text]) {
  const on = speed === state.clock.speed;
  return h(
    "button",
    {
      type: "button",
      key: speed,
      role: "radio",
      "aria-checked": on ? "true" : "false",
      tabindex: on ? "0" : "-1",
      class: names("filter", on && "current"),
      onclick: () => setClock({ speed }),
    },
    text,
  );
}

function arrows(event) {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll("[role=radio]")];
  const to = all[(all.indexOf(document.activeElement) + by + all.length) % all.length];
  to.focus();
  to.click();
}

function ownJump() {
  const onsubmit = (event) => {
    event.preventDefault();
    const minutes = Number(event.target.querySelector("input").value);
    if (minutes > 0) setClock({ jump: minutes });
  };
  return h(
    "form",
    { class: "panel-buttons", onsubmit },
    h("label", {}, h("input", { class: "text-field own-jump", type: "number", min: "1", step: "1" }), " minutes"),
    h("button", { type: "submit", class: "kit-button" }, "Jump"),
  );
}

/** The list of what will happen, each with a button to go there. */
export function dues(most) {
  const all = ahead();
  if (!all.length) return h("p", { class: "quiet" }, "Nothing is due. People have the next move.");
  return h(
    "ol",
    { class: "dues", "aria-label": "What will happen next" },
    all.slice(0, most).map((due) =>
      h(
        "li",
        { key: `${due.at}/${due.what}/${due.about}` },
        h(
          "span",
          { class: "due-words" },
          due.what,
          h("span", { class: "quiet" }, `${due.about ? `${due.about} · ` : ""}${timeWithSeconds(due.at, state.me.tz)}`),
        ),
        h("span", { class: "due-left" }, span(due.at - now())),
        h(
          "button",
          { type: "button", class: "kit-button", "aria-label": `Go to: ${due.what}`, onclick: () => goTo(due) },
          "Go",
        ),
      ),
    ),
  );
}
