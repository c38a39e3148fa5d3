// Draws the page from what is known, each time something has changed.
import { place } from "./channel.js";
import { settleViews } from "./context.js";
import { h, render } from "./dom.js";
import { viewer } from "./files.js";
import { begin } from "./keyboard.js";
import { connect, tell } from "./live.js";
import { settleScroll } from "./messages.js";
import { modals, settleModals } from "./modal.js";
import { pane } from "./pane.js";
import { refresh } from "./popover.js";
import { profile } from "./profile.js";
import { replayBar } from "./replay.js";
import { jumpTo, sidebar } from "./sidebar.js";
import { appChannel, changed, onChange, state, ui } from "./store.js";
import { thread } from "./thread.js";
import { settleIn, topbar } from "./topbar.js";
import { botNote } from "./trouble.js";
import { markRead, openChannel, remember, restore } from "./ui.js";

const TICK = 1000; // milliseconds between the looks at the clock

let shownAs = null;

function draw() {
  if (!state.ready) {
    waiting();
    return;
  }
  if (shownAs !== state.as) arrive();
  if (ui.channel && ui.channel !== "app" && !state.channels[ui.channel]) ui.channel = null;
  if (ui.channel === "app" && appChannel()) openAppChannel(appChannel());
  if (ui.wanted && state.channels[ui.wanted]) {
    openChannel(ui.wanted);
    ui.wanted = null;
  }
  settleViews([...state.modals, ...(state.home ? [state.home] : [])]);
  render(document.getElementById("page"), shell());
  render(document.getElementById("dialogs"), viewer(), modals(), profile());
  document.getElementById("page").inert = Boolean(state.modals.length || ui.viewer || ui.profile);
  refresh();
  settleScroll();
  settleModals();
  title();
}

function shell() {
  const closeDrawer = () => {
    ui.drawer = false;
    changed();
  };
  return h(
    "div",
    { class: "shell" },
    topbar(),
    botNote(),
    replayBar(),
    !state.connected &&
      h(
        "p",
        { class: "offline", role: "status", key: "offline" },
        "Connection lost. Trying to reach the workspace again…",
      ),
    h(
      "div",
      { class: "columns", key: "columns" },
      sidebar(),
      ui.drawer &&
        h("button", {
          type: "button",
          class: "drawer-shade",
          key: "shade",
          "aria-label": "Hide channels",
          onclick: closeDrawer,
        }),
      place(),
      thread(),
      pane(),
    ),
  );
}

// The first time, or as another person.
function arrive() {
  const first = shownAs === null;
  shownAs = state.as;
  if (first) restore();
  else settleIn(openChannel);
  remember();
}

// The direct messages with the app exist from the first time one looks.
function openAppChannel(channel) {
  ui.channel = channel.id;
  tell({ open: channel.id });
}

function waiting() {
  render(document.getElementById("page"), h("p", { class: "waiting", role: "status" }, "Opening the workspace…"));
}

function title() {
  const waitingFor = Object.values(state.channels).reduce(
    (sum, channel) => sum + (channel.is_archived ? 0 : channel.mentions),
    0,
  );
  document.title = `${waitingFor ? `(${waitingFor}) ` : ""}${state.channels[ui.channel]?.name ? `#${state.channels[ui.channel].name}` : state.app.name || ""} · ${state.team.name || "Sandbox"}`;
}

onChange(draw);
begin(jumpTo);
ui.pane = localStorage.getItem("pane") === "open";
setInterval(changed, TICK);
addEventListener("visibilitychange", () => ui.channel && markRead(ui.channel));
addEventListener("hashchange", () => state.ready && restore());
connect(new URLSearchParams(location.search).get("as") || "");
draw();
