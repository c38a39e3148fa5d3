// Block Kit elements, drawn and usable.
import { choiceList, dateField, momentField, overflow, timeField } from "./choices.js";
import { confirmed } from "./confirm.js";
import { h, names } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { isWeb } from "./mention.js";
import { plain } from "./mrkdwn.js";
import { select } from "./select.js";
import { textField } from "./textfield.js";

/** One element of `block`, with its warning beside it when the app did not respond. */
export function element(one, block, ctx) {
  const draw = DRAWINGS[one.type];
  if (!draw) return h("span", { class: "not-drawn" }, `A “${one.type}” element. This page does not draw it.`);
  const warning = ctx.warning(block, one);
  const drawn = draw(one, block, ctx);
  if (!warning) return drawn;
  return h(
    "span",
    { class: "warned" },
    drawn,
    h("span", { class: "element-warning", role: "alert", title: warning }, icon("warn"), warning),
  );
}

/** The attributes by which tests and people find an element. */
export function marks(one, block, ctx) {
  return {
    id: ctx.inInput ? ctx.idOf(block, one) : null,
    "data-action-id": one.action_id,
    "data-block-id": block.block_id,
    "data-type": one.type,
    "aria-describedby": ctx.describedBy,
    "aria-invalid": ctx.invalid ? "true" : null,
    "data-autofocus": one.focus_on_load ? "true" : null,
  };
}

/** Ask if the element wants confirmation, then act. */
export async function dispatch(one, block, ctx, value) {
  if (one.confirm && !(await confirmed(one.confirm))) return { ok: false };
  return ctx.act(block, one, value);
}

function button(one, block, ctx) {
  const pending = ctx.isPending(block, one);
  const props = {
    ...marks(one, block, ctx),
    type: "button",
    class: names("kit-button", one.style, pending && "pending"),
    "aria-label": one.accessibility_label || null,
    "aria-busy": pending ? "true" : null,
    onclick: () => press(one, block, ctx),
  };
  return h("button", props, plain(one.text?.text || "", one.text?.emoji !== false), one.url && icon("link"));
}

function press(one, block, ctx) {
  if (ctx.isPending(block, one)) return;
  if (one.url && isWeb(one.url)) window.open(one.url, "_blank", "noopener,noreferrer");
  dispatch(one, block, ctx, null);
}

function workflowButton(one, block, ctx) {
  return h(
    "button",
    { ...marks(one, block, ctx), type: "button", class: names("kit-button", one.style), disabled: true },
    plain(one.text?.text || ""),
  );
}

function feedback(one, block, ctx) {
  const side = (part, name) =>
    part &&
    h(
      "button",
      {
        ...marks(one, block, ctx),
        id: null,
        type: "button",
        class: "kit-button",
        onclick: () => dispatch(one, block, ctx, part.value),
      },
      plain(part.text?.text || name),
    );
  return h("span", { class: "feedback" }, side(one.positive_button, "Good"), side(one.negative_button, "Bad"));
}

const DRAWINGS = {
  button,
  workflow_button: workflowButton,
  feedback_buttons: feedback,
  icon_button: (one, block, ctx) =>
    iconButton(
      one.icon === "trash" ? "trash" : "bolt",
      one.text?.text || "",
      () => dispatch(one, block, ctx, null),
      marks(one, block, ctx),
    ),
  image: () => null,
  overflow,
  static_select: select,
  external_select: select,
  users_select: select,
  conversations_select: select,
  channels_select: select,
  multi_static_select: select,
  multi_external_select: select,
  multi_users_select: select,
  multi_conversations_select: select,
  multi_channels_select: select,
  checkboxes: choiceList,
  radio_buttons: choiceList,
  datepicker: dateField,
  timepicker: timeField,
  datetimepicker: momentField,
  plain_text_input: textField,
  email_text_input: textField,
  url_text_input: textField,
  number_input: textField,
  rich_text_input: textField,
  file_input: (one, block, ctx) =>
    h("input", {
      ...marks(one, block, ctx),
      type: "file",
      disabled: true,
      title: "Files cannot be chosen in this sandbox.",
    }),
};
