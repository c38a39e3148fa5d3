// Selects: one or several, of the app's options, of options the app suggests, of people, channels or conversations.
import { avatar } from "./avatar.js";
import { text } from "./blocks.js";
import { h, names } from "./dom.js";
import { dispatch, marks } from "./elements.js";
import { icon } from "./icons.js";
import { openList } from "./popover.js";
import { channelLabel, channelTitle, nameOf, state } from "./store.js";
import { zoneLabel } from "./time.js";
import { now } from "./store.js";

/** Any of the ten selects. */
export function select(one, block, ctx) {
  const many = one.type.startsWith("multi_");
  const source = SOURCES[one.type.replace("multi_", "").replace("_select", "")];
  const value = ctx.value(block, one);
  const chosen = many ? value || [] : [value].filter((part) => part !== null && part !== undefined);
  const labels = chosen.map((part) => source.label(part));
  const pending = ctx.isPending(block, one);
  const placeholder = one.placeholder?.text || (many ? "Choose options" : "Choose an option");
  const props = {
    ...marks(one, block, ctx),
    type: "button",
    role: "combobox",
    class: names("select", pending && "pending", !labels.length && "blank"),
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-label": ctx.inInput ? null : labels.length ? `${placeholder}: ${labels.join(", ")}` : placeholder,
    onclick: (event) => openSelect(event.currentTarget, { one, block, ctx, many, source, chosen, placeholder }),
    onkeydown: (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      event.currentTarget.click();
    },
  };
  const shown =
    many && labels.length ? labels.map((label) => h("span", { class: "chip" }, label)) : labels[0] || placeholder;
  return h(
    "span",
    { class: "select-frame" },
    h("button", props, h("span", { class: "select-words" }, shown), icon("down")),
    clearButton(one, block, ctx, labels),
  );
}

// What is optional in a modal can be emptied again.
function clearButton(one, block, ctx, labels) {
  if (!ctx.inInput || !block.optional || !labels.length) return null;
  const empty = one.type.startsWith("multi_") ? [] : null;
  return h(
    "button",
    {
      type: "button",
      class: "icon-button clear",
      "aria-label": `Clear ${block.label?.text || ""}`.trim(),
      onclick: () => enter(one, block, ctx, empty),
    },
    icon("close"),
  );
}

function openSelect(anchor, { one, block, ctx, many, source, chosen, placeholder }) {
  let picked = [...chosen];
  const common = {
    anchor,
    label: ctx.inInput ? block.label?.text || placeholder : placeholder,
    chosen: chosen.map(source.id),
    many,
    most: one.max_selected_items,
    onPick(item) {
      if (!many) return enter(one, block, ctx, item.value);
      const had = picked.some((part) => source.id(part) === item.id);
      picked = had ? picked.filter((part) => source.id(part) !== item.id) : [...picked, item.value];
      return ctx.set(block, one, picked);
    },
    onClose() {
      if (many && picked.map(source.id).join() !== chosen.map(source.id).join()) enter(one, block, ctx, picked, chosen);
    },
  };
  if (source.load)
    openList({ ...common, load: (typed) => source.load(one, block, ctx, typed), least: one.min_query_length ?? 3 });
  else {
    const items = source.items(one);
    openList({ ...common, items, search: items.length > 6 });
  }
}

function enter(one, block, ctx, value, before = ctx.value(block, one)) {
  ctx.set(block, one, value);
  if (block.type === "input" && !block.dispatch_action) return;
  dispatch(one, block, ctx, value).then((answer) => {
    if (!answer.ok) ctx.set(block, one, before);
  });
}

const option = (one, group) => ({
  id: one.value,
  value: one,
  content: text(one.text),
  text: one.text.text,
  description: one.description?.text,
  group,
});
const options = { label: (one) => one.text?.text ?? one.value, id: (one) => one.value };

const SOURCES = {
  static: { ...options, items: (one) => grouped(one) },
  external: { ...options, load: suggestions },
  users: {
    label: nameOf,
    id: (id) => id,
    items: () => people().map(userItem),
  },
  channels: {
    label: (id) => (state.channels[id] ? channelTitle(state.channels[id]) : id),
    id: (id) => id,
    items: () => channels((channel) => channel.kind === "channel" && !channel.is_archived),
  },
  conversations: {
    label: (id) => (state.channels[id] ? channelTitle(state.channels[id]) : id),
    id: (id) => id,
    items: (one) => channels((channel) => !channel.is_archived && fits(channel, one.filter || {})),
  },
};

function grouped({ options: flat = [], option_groups: groups = null }) {
  if (!groups) return flat.map((one) => option(one));
  return groups.flatMap((group) => group.options.map((one) => option(one, group.label.text)));
}

async function suggestions(one, block, ctx, typed) {
  const answer = await ctx.suggest(block, one, typed);
  if (!answer.ok || answer.trouble) return { items: [], note: answer.trouble || "No result" };
  return { items: grouped(answer) };
}

function people() {
  return Object.values(state.users)
    .filter((user) => !user.deleted)
    .sort((a, b) => nameOf(a.id).localeCompare(nameOf(b.id)));
}

function userItem(user) {
  return {
    id: user.id,
    value: user.id,
    text: nameOf(user.id),
    description: user.is_bot ? "app" : `${user.title || user.name} · ${zoneLabel(user.tz, now())}`,
    image: avatar(user.id, "small"),
  };
}

function channels(wanted) {
  return Object.values(state.channels)
    .filter(wanted)
    .sort((a, b) => channelLabel(a).localeCompare(channelLabel(b)))
    .map((channel) => ({ id: channel.id, value: channel.id, text: channelTitle(channel) }));
}

const KINDS = { channel: "public", group: "private", im: "im", mpim: "mpim" };

function fits(channel, filter) {
  if (filter.include && !filter.include.includes(KINDS[channel.kind])) return false;
  return !(filter.exclude_bot_users && channel.kind === "im" && channel.members.some((id) => state.users[id]?.is_bot));
}
