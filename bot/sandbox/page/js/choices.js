// Check boxes, radio buttons, the ⋯ menu, and fields for dates and times.
import { text } from "./blocks.js";
import { h, names } from "./dom.js";
import { dispatch, marks } from "./elements.js";
import { icon } from "./icons.js";
import { openList } from "./popover.js";
import { state } from "./store.js";
import { fromWallTime, wallTime } from "./time.js";

/** Checkboxes or radio buttons. */
export function choiceList(one, block, ctx) {
  const many = one.type === "checkboxes";
  const chosen = [ctx.value(block, one) ?? []].flat();
  const has = (option) => chosen.some((other) => other.value === option.value);
  const name = ctx.idOf(block, one);
  const pick = (option, on) => {
    const kept = chosen.filter((other) => other.value !== option.value);
    const next = many
      ? one.options.filter((other) => (other.value === option.value ? on : kept.some((k) => k.value === other.value)))
      : option;
    enter(one, block, ctx, next);
  };
  const props = {
    ...marks(one, block, ctx),
    class: "choices",
    role: many ? "group" : "radiogroup",
    "aria-labelledby": ctx.labelledBy || null,
  };
  return h(
    "div",
    props,
    (one.options || []).map((option) => choice(option, { many, name, checked: has(option), pick })),
  );
}

function choice(option, { many, name, checked, pick }) {
  const box = h("input", {
    type: many ? "checkbox" : "radio",
    name,
    value: option.value,
    checked,
    onchange: (event) => pick(option, event.target.checked),
  });
  const words = h(
    "span",
    { class: "choice-words" },
    h("span", {}, text(option.text)),
    option.description && h("span", { class: "choice-description" }, text(option.description)),
  );
  return h("label", { class: "choice", key: option.value }, box, words);
}

// A value in an input block waits for the submission, unless the block asks to be told at once.
function enter(one, block, ctx, value) {
  const before = ctx.value(block, one);
  ctx.set(block, one, value);
  if (block.type === "input" && !block.dispatch_action) return;
  dispatch(one, block, ctx, value).then((answer) => {
    if (!answer.ok) ctx.set(block, one, before);
  });
}

export function overflow(one, block, ctx) {
  const open = (event) =>
    openList({
      anchor: event.currentTarget,
      label: "More options",
      items: (one.options || []).map((option) => ({
        id: option.value,
        content: text(option.text),
        text: option.text.text,
        description: option.description?.text,
        option,
      })),
      onPick: ({ option }) => {
        if (/^https?:\/\//i.test(option.url || "")) window.open(option.url, "_blank", "noopener,noreferrer");
        dispatch(one, block, ctx, option);
      },
    });
  const props = {
    ...marks(one, block, ctx),
    type: "button",
    class: names("kit-button overflow", ctx.isPending(block, one) && "pending"),
    "aria-label": "More options",
    "aria-haspopup": "listbox",
    onclick: open,
  };
  return h("button", props, icon("more"));
}

export function dateField(one, block, ctx) {
  return field(one, block, ctx, {
    type: "date",
    shown: ctx.value(block, one) || "",
    read: (value) => (/^[12]\d{3}-/.test(value) ? value : undefined),
  });
}

export function timeField(one, block, ctx) {
  return field(one, block, ctx, {
    type: "time",
    shown: ctx.value(block, one) || "",
    read: (value) => value.slice(0, 5),
  });
}

export function momentField(one, block, ctx) {
  const tz = state.me.tz;
  const held = ctx.value(block, one);
  const read = (value) => (/^[12]\d{3}-/.test(value) ? fromWallTime(value.slice(0, 16), tz) : undefined);
  return field(one, block, ctx, { type: "datetime-local", shown: held ? wallTime(held, tz) : "", read });
}

function field(one, block, ctx, { type, shown, read }) {
  const change = (event) => {
    const value = event.target.value === "" ? null : read(event.target.value);
    // A year still being typed is no date yet.
    if (value === undefined || value === ctx.value(block, one)) return;
    enter(one, block, ctx, value);
  };
  const props = {
    ...marks(one, block, ctx),
    type,
    class: "picker",
    "aria-label": ctx.inInput ? null : one.placeholder?.text || { date: "Date", time: "Time" }[type] || "Date and time",
    value: shown,
    disabled: ctx.isPending(block, one),
    onchange: change,
  };
  return h(
    "span",
    { class: "picker-frame" },
    h("input", props),
    one.timezone && h("span", { class: "zone" }, one.timezone),
  );
}
