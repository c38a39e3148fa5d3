// The stack of modals. Only the topmost can be used; the ones beneath show their edge.
import { text } from "./blocks.js";
import { blocks } from "./blocks.js";
import { entriesOf, viewContext } from "./context.js";
import { dialogKeys, giveFocusBack, takeFocus } from "./dialog.js";
import { avatar } from "./avatar.js";
import { h, names } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { actAt } from "./live.js";
import { state, ui } from "./store.js";

const boxes = new Map(); // view id -> element
let wanted = null; // id of a view that was refused, until its first wrong field has the focus

/** After drawing: put the cursor where something is to be mended. */
export function settleModals() {
  const wrong = boxes.get(wanted)?.querySelector('[aria-invalid="true"]');
  if (!wrong) return;
  wanted = null;
  wrong.focus();
}

export function modals() {
  for (const [id, box] of boxes) {
    if (state.modals.some((view) => view.id === id)) continue;
    boxes.delete(id);
    queueMicrotask(() => giveFocusBack(box));
  }
  if (!state.modals.length) return null;
  const top = state.modals.length - 1;
  return h(
    "div",
    { class: "overlay", key: "modals" },
    state.modals.map((view, i) => modal(view, top - i)),
  );
}

function modal(view, depth) {
  const key = `view/${view.id}`;
  const busy = ui.pending.has(key);
  const under = depth > 0;
  const props = {
    key: view.id,
    class: names("dialog modal", under && "under"),
    style: { "--depth": depth },
    role: "dialog",
    "aria-modal": under ? null : "true",
    "aria-hidden": under ? "true" : null,
    inert: under,
    "aria-label": view.body.title?.text || "Modal",
    "data-view-id": view.id,
    "data-callback-id": view.body.callback_id,
    tabindex: "-1",
    novalidate: true,
    ref: (el) => {
      boxes.set(view.id, el);
      takeFocus(el);
    },
    onkeydown: dialogKeys(() => actAt(key, "closes")),
    onsubmit: (event) => {
      event.preventDefault();
      if (view.body.submit) submit(view);
    },
  };
  return h(
    "form",
    props,
    head(view, key),
    h(
      "div",
      { class: "dialog-body", "data-body": true },
      troubleOf(view, key),
      blocks(view.body.blocks, viewContext(view)),
    ),
    foot(view, key, busy),
  );
}

function head(view, key) {
  return h(
    "header",
    { class: "dialog-head" },
    avatar(state.app.bot_user_id, "small"),
    h("h2", {}, text(view.body.title)),
    iconButton("close", "Close all", () => actAt(key, "closes_all")),
  );
}

function troubleOf(view, key) {
  const trouble = view.trouble || ui.warnings.get(key);
  return trouble && h("p", { class: "trouble", role: "alert" }, icon("warn"), trouble);
}

function foot(view, key, busy) {
  const { submit: submitText, close, submit_disabled: off } = view.body;
  return h(
    "footer",
    { class: "dialog-foot" },
    h("span", { class: "quiet" }, busy ? "Sending…" : state.app.name),
    h(
      "button",
      { type: "button", class: "kit-button", onclick: () => actAt(key, "closes") },
      close ? text(close) : submitText ? "Cancel" : "Close",
    ),
    submitText &&
      h(
        "button",
        {
          type: "submit",
          class: names("kit-button primary", busy && "pending"),
          disabled: busy || Boolean(off),
          "aria-busy": busy ? "true" : null,
        },
        text(submitText),
      ),
  );
}

async function submit(view) {
  const key = `view/${view.id}`;
  if (ui.pending.has(key)) return;
  const answer = await actAt(key, "submits", { view: view.id, entered: entriesOf(view) });
  if (answer.ok && Object.keys(answer.errors).length) wanted = view.id;
}
