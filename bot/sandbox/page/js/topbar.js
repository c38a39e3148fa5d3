// The bar over everything: the workspace, its clock, trouble, the microscope, and who you are.
import { avatar } from "./avatar.js";
import { clock } from "./clock.js";
import { h, names } from "./dom.js";
import { icon } from "./icons.js";
import { reconnectAs } from "./live.js";
import { openPanel } from "./popover.js";
import { replaySwitch } from "./replay.js";
import { changed, nameOf, now, state, ui } from "./store.js";
import { timeOf, zoneLabel } from "./time.js";
import { troubleButton } from "./trouble.js";
import { openFirst } from "./ui.js";

export function topbar() {
  return h(
    "header",
    { class: "topbar", key: "topbar" },
    h(
      "span",
      { class: "workspace" },
      h("span", { class: "workspace-sign", "aria-hidden": "true" }, (state.team.name || "?")[0]),
      h("span", { class: "workspace-name" }, state.team.name),
    ),
    clock(),
    h("span", { class: "spacer" }),
    replaySwitch(),
    troubleButton(),
    paneSwitch(),
    you(),
  );
}

function paneSwitch() {
  const bad = state.counts.violations;
  const toggle = () => {
    ui.pane = !ui.pane;
    localStorage.setItem("pane", ui.pane ? "open" : "");
    changed();
  };
  return h(
    "button",
    {
      type: "button",
      class: names("top-button pane-switch", ui.pane && "on"),
      "aria-pressed": ui.pane ? "true" : "false",
      "aria-label": `Microscope. What the bot asked of Slack${bad ? `, ${bad} violation${bad > 1 ? "s" : ""}` : ""}`,
      title: "What the bot asked of Slack",
      onclick: toggle,
    },
    icon("scope"),
    h("span", { class: "wide-only" }, "Microscope"),
    bad > 0 && h("span", { class: "count-badge bad" }, bad),
  );
}

function you() {
  const me = state.me;
  return h(
    "button",
    {
      type: "button",
      class: "top-button you",
      "aria-haspopup": "dialog",
      "aria-label": `You are ${nameOf(me.id)}. Be somebody else`,
      onclick: (event) => openPanel({ anchor: event.currentTarget, label: "You are …", content: people }),
    },
    avatar(me.id, "small"),
    h("span", { class: "wide-only" }, "You are ", h("strong", {}, nameOf(me.id))),
    icon("down"),
  );
}

function people(close) {
  const all = Object.values(state.users)
    .filter((user) => !user.is_bot)
    .sort((a, b) => Number(a.deleted) - Number(b.deleted) || nameOf(a.id).localeCompare(nameOf(b.id)));
  return h(
    "ul",
    { class: "panel-list", "aria-label": "You are …" },
    all.map((user) => personRow(user, close)),
  );
}

function personRow(user, close) {
  const mine = user.id === state.as;
  const marks = [
    user.is_admin && "admin",
    user.is_restricted && "guest",
    user.is_ultra_restricted && "single-channel guest",
    user.is_stranger && "outsider",
    user.deleted && "deactivated",
  ].filter(Boolean);
  const props = {
    type: "button",
    class: names("panel-row person-row", mine && "current"),
    "aria-current": mine ? "true" : null,
    disabled: user.deleted,
    "data-person": user.id,
    onclick: () => become(user.id, close),
  };
  return h(
    "li",
    { key: user.id },
    h(
      "button",
      props,
      avatar(user.id),
      h(
        "span",
        { class: "person-words" },
        h(
          "strong",
          {},
          nameOf(user.id),
          marks.map((mark) => h("span", { class: "badge" }, mark)),
        ),
        h(
          "span",
          { class: "quiet" },
          `${user.title ? `${user.title} · ` : ""}${timeOf(now(), user.tz)} · ${user.tz} (${zoneLabel(user.tz, now())})`,
        ),
      ),
    ),
  );
}

/** Be `user` from now on. */
function become(user, close) {
  close();
  if (user === state.as) return;
  const channel = ui.channel;
  Object.assign(ui, {
    channel: null,
    thread: null,
    viewer: null,
    editing: null,
    profile: null,
    unread: null,
    after: channel,
  });
  reconnectAs(user);
}

/** After the state of another person has come: stay in the same channel if they see it. */
export function settleIn(open) {
  const wanted = state.channels[ui.after];
  ui.after = null;
  if (wanted) open(wanted.id);
  else openFirst();
}
