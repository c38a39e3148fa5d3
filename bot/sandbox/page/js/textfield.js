// Text, address, number and rich-text fields.
import { h, names } from "./dom.js";
import { dispatch, marks } from "./elements.js";

const MODES = { email_text_input: "email", url_text_input: "url", number_input: "decimal" };
const PAUSE = 500; // milliseconds without a key, after which "on_character_entered" is told

const timers = new Map();

export function textField(one, block, ctx) {
  const many = one.multiline || one.type === "rich_text_input";
  const value = ctx.value(block, one) ?? "";
  const triggers = block.dispatch_action ? one.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"] : [];
  const props = {
    ...marks(one, block, ctx),
    class: names("text-field", many && "tall"),
    placeholder: one.placeholder?.text || null,
    inputmode: MODES[one.type] || null,
    autocomplete: "off",
    value,
    rows: many ? Math.max(3, Math.min(one.min_lines || 3, 10)) : null,
    oninput: (event) => {
      ctx.set(block, one, event.target.value);
      if (triggers.includes("on_character_entered")) later(one, block, ctx);
    },
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing || (many && !event.ctrlKey && !event.metaKey)) return;
      if (!triggers.includes("on_enter_pressed")) return;
      event.preventDefault();
      dispatch(one, block, ctx, ctx.value(block, one) ?? "");
    },
  };
  return h(
    "div",
    { class: "text-frame" },
    h(many ? "textarea" : "input", many ? props : { ...props, type: "text" }),
    counter(one, value),
  );
}

function later(one, block, ctx) {
  const key = ctx.idOf(block, one);
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => dispatch(one, block, ctx, ctx.value(block, one) ?? ""), PAUSE),
  );
}

// How many characters are left, once it matters.
function counter(one, value) {
  if (!one.max_length) return null;
  const left = one.max_length - [...value].length;
  if (left > Math.max(20, one.max_length / 5)) return null;
  return h("span", { class: names("counter", left < 0 && "over"), "aria-live": "polite" }, String(left));
}
