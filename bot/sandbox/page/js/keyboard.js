// Ways about the page without a mouse, where they are the same everywhere.
import { state, ui } from "./store.js";

const REGIONS = [".main", ".thread", ".pane", ".topbar", ".sidebar"];
const INSIDE = {
  ".main": [".composer.channel textarea", ".message", "[role=tab]"],
  ".thread": ["textarea"],
  ".sidebar": [".place.current", ".place"],
};

/** F6 goes from region to region, as in the chat that people know; Ctrl or Cmd and K jumps to a place. */
export function begin(jump) {
  addEventListener("keydown", (event) => {
    if (!state.ready || state.modals.length || ui.viewer || ui.profile) return;
    if (event.key === "F6") {
      event.preventDefault();
      goRound(event.shiftKey ? -1 : 1);
    } else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      jump();
    }
  });
}

function goRound(by) {
  const there = REGIONS.filter((region) => document.querySelector(region)?.checkVisibility({ visibilityProperty: true }));
  const at = there.findIndex((region) => document.activeElement?.closest(region));
  const region = there[(at + by + there.length) % there.length] ?? there[0];
  const wanted = [...(INSIDE[region] || []), "button", "[tabindex]"];
  const root = document.querySelector(region);
  wanted.map((one) => root.querySelector(one)).find(Boolean)?.focus();
}

/** To be the `onkeydown` of a list of buttons: the arrow keys go up and down in it. */
export function upAndDown(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.defaultPrevented) return;
  const all = [...event.currentTarget.querySelectorAll(".place")].filter((one) => one.checkVisibility());
  const at = all.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  all[(at + by + all.length) % all.length].focus();
}

/** A place was opened by a person: there they write, as soon as it is drawn. */
export function toComposer() {
  if (innerWidth <= 720) return; // a keyboard would rise over half of the screen
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const elsewhere = document.activeElement?.closest("#dialogs, #popover");
      if (!elsewhere && !ui.focusTs) document.querySelector(".composer.channel textarea")?.focus();
    }),
  );
}
