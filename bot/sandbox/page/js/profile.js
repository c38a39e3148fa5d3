// Who somebody is.
import { avatar } from "./avatar.js";
import { dialogKeys, giveFocusBack, takeFocus } from "./dialog.js";
import { h } from "./dom.js";
import { iconButton } from "./icons.js";
import { changed, nameOf, now, state, ui } from "./store.js";
import { timeOf, zoneLabel } from "./time.js";
import { openApp, openDirect } from "./ui.js";

export function profile() {
  const user = state.users[ui.profile];
  if (!user) return null;
  let box = null;
  const close = () => {
    ui.profile = null;
    changed();
    queueMicrotask(() => box && giveFocusBack(box));
  };
  const write = () => {
    close();
    if (user.is_bot) openApp("messages");
    else openDirect(user.id);
  };
  const ref = (el) => {
    box = el;
    takeFocus(el);
  };
  const facts = [
    ["Title", user.title],
    ["Local time", user.is_bot ? "" : `${timeOf(now(), user.tz)} · ${user.tz} (${zoneLabel(user.tz, now())})`],
    ["E-mail", user.email],
    ["Groups", groupsOf(user.id)],
    ["Id", user.id],
  ].filter(([, value]) => value);
  const marks = [
    user.is_bot && "app",
    user.is_admin && "admin",
    user.is_restricted && "guest",
    user.deleted && "deactivated",
  ].filter(Boolean);
  return h(
    "div",
    {
      class: "overlay",
      key: `profile/${user.id}`,
      onpointerdown: (event) => event.target === event.currentTarget && close(),
    },
    h(
      "section",
      {
        class: "dialog profile",
        role: "dialog",
        "aria-modal": "true",
        "aria-label": `Profile of ${nameOf(user.id)}`,
        tabindex: "-1",
        ref,
        onkeydown: dialogKeys(close),
      },
      h(
        "header",
        { class: "dialog-head" },
        avatar(user.id, "large"),
        h(
          "h2",
          {},
          nameOf(user.id),
          marks.map((mark) => h("span", { class: "badge" }, mark)),
        ),
        iconButton("close", "Close", close),
      ),
      h(
        "div",
        { class: "dialog-body", "data-body": true },
        h(
          "dl",
          {},
          facts.map(([name, value]) => h("div", { key: name }, h("dt", {}, name), h("dd", {}, value))),
        ),
        user.id !== state.as &&
          !user.deleted &&
          h("button", { type: "button", class: "kit-button primary", onclick: write }, "Message"),
      ),
    ),
  );
}

function groupsOf(id) {
  return Object.values(state.groups)
    .filter((group) => group.users.includes(id))
    .map((group) => `@${group.handle}`)
    .join(", ");
}
