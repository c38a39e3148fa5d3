// What an element shows, in three forms: as Slack keeps it in `state.values`, as this page holds it, as it is sent.
// Held here: text as a string, options as option objects, people and channels as ids, moments as numbers.

const MANY = /^multi_|^checkboxes$/;

/** From Slack's form; without one, from what the app preset. */
export function fromState(element, kept) {
  if (!kept) return preset(element);
  for (const name of NAMES) if (name in kept) return name === "rich_text_value" ? richWords(kept[name]) : kept[name];
  return null;
}

const NAMES = [
  "value",
  "selected_option",
  "selected_options",
  "selected_user",
  "selected_users",
  "selected_conversation",
  "selected_conversations",
  "selected_channel",
  "selected_channels",
  "selected_date",
  "selected_time",
  "selected_date_time",
  "rich_text_value",
  "files",
];

const PRESETS = [
  "initial_value",
  "initial_option",
  "initial_options",
  "initial_user",
  "initial_users",
  "initial_conversation",
  "initial_conversations",
  "initial_channel",
  "initial_channels",
  "initial_date",
  "initial_time",
  "initial_date_time",
];

function preset(element) {
  for (const name of PRESETS)
    if (element[name] !== undefined)
      return element.type === "rich_text_input" ? richWords(element[name]) : element[name];
  return MANY.test(element.type) ? [] : null;
}

/** What is sent: an option as a whole, and null for nothing. */
export function toWire(value) {
  return value === undefined || value === "" ? null : value;
}

function richWords(block) {
  const words = (element) =>
    element.elements
      ? element.elements.map(words).join("") + (element.type?.startsWith("rich_text_") ? "\n" : "")
      : element.text || "";
  return block ? words(block).replace(/\n+$/, "") : null;
}
