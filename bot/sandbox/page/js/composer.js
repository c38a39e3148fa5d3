// Where one writes: in a channel, in a thread, or over an own message that is edited.
import { offersFor } from "./completion.js";
import { emojiButton, formatting, plusMenu } from "./composertools.js";
import { h, names } from "./dom.js";
import { icon } from "./icons.js";
import { act, actAt } from "./live.js";
import { unescape } from "./mrkdwn.js";
import { changed, channelTitle, loaded, nameOf, state, ui } from "./store.js";
import { startEditing } from "./messageactions.js";

const offers = new Map(); // composer key -> {from, items, at}
const fields = new Map(); // composer key -> textarea

/** A composer. `kind`: "channel", "thread" (with `thread`) or "edit" (with `message`). */
export function composerFor({ kind, channel, thread = null, message = null }) {
  const key = kind === "edit" ? `edit/${channel.id}/${message.ts}` : `${channel.id}${thread ? `/${thread}` : ""}`;
  if (kind === "edit" && !ui.drafts.has(key)) ui.drafts.set(key, asTyped(message.text));
  const me = { key, kind, channel, thread, message };
  const label = { channel: `Message ${channelTitle(channel)}`, thread: "Reply in thread", edit: "Edit message" }[kind];
  const busy = ui.pending.has(key);
  const offered = offers.get(key);
  const field = h("textarea", {
    class: "composer-field",
    "aria-label": label,
    placeholder: label,
    rows: 1,
    dir: "auto",
    "aria-autocomplete": "list",
    "aria-controls": offered ? "offers" : null,
    "aria-activedescendant": offered ? `offer-${offered.at}` : null,
    value: ui.drafts.get(key) || "",
    ref: (el) => ready(el, me),
    oninput: (event) => typed(event.target, me),
    onkeydown: (event) => keys(event, me),
    onblur: () => offers.delete(key) && changed(),
    onclick: (event) => refreshOffers(event.target, me),
  });
  const hasText = Boolean((ui.drafts.get(key) || "").trim());
  const send = h(
    "button",
    {
      type: "button",
      class: names("send", hasText && "ready"),
      "aria-label": kind === "edit" ? "Save changes" : "Send now",
      disabled: !hasText || busy,
      onclick: () => submit(me),
    },
    kind === "edit" ? "Save" : icon("send"),
  );
  const writing = {
    channel,
    field: () => fields.get(key),
    replace: (...change) => replace(fields.get(key), me, ...change),
  };
  return h(
    "div",
    { class: names("composer", kind), key: `composer/${key}` },
    offered && offerList(offered, me),
    field,
    h(
      "div",
      { class: "composer-tools" },
      kind === "channel" && plusMenu(writing),
      formatting(writing),
      emojiButton(writing),
      h("span", { class: "spacer" }),
      kind === "edit" && h("button", { type: "button", class: "kit-button", onclick: () => stopEditing(me) }, "Cancel"),
      send,
    ),
  );
}

function ready(el, me) {
  fields.set(me.key, el);
  grow(el);
  if (me.kind !== "edit") return;
  queueMicrotask(() => {
    el.focus();
    el.setSelectionRange(el.value.length, el.value.length);
  });
}

function grow(el) {
  el.style.height = "auto";
  el.style.height = `${Math.min(el.scrollHeight || 40, 240)}px`;
}

function typed(el, me) {
  ui.drafts.set(me.key, el.value);
  grow(el);
  refreshOffers(el, me);
  changed();
}

function refreshOffers(el, me) {
  const found = offersFor(el.value, el.selectionStart, { commands: me.kind !== "edit" });
  if (found) offers.set(me.key, { ...found, at: 0 });
  else offers.delete(me.key);
  changed();
}

function offerList(offered, me) {
  const items = offered.items.map((item, i) =>
    h(
      "li",
      {
        key: item.id,
        id: `offer-${i}`,
        role: "option",
        class: names("option", i === offered.at && "active"),
        "aria-selected": i === offered.at ? "true" : "false",
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => take(me, item),
      },
      item.image,
      h(
        "span",
        { class: "option-words" },
        h("span", {}, item.words),
        item.description && h("span", { class: "option-description" }, item.description),
      ),
    ),
  );
  return h("ul", { class: "offers options", id: "offers", role: "listbox", "aria-label": "Suggestions" }, items);
}

function take(me, item) {
  const el = fields.get(me.key);
  const { from } = offers.get(me.key);
  const at = el.selectionStart;
  replace(el, me, from, at, item.insert);
  offers.delete(me.key);
  changed();
}

function replace(el, me, from, to, text, select = null) {
  const value = el.value.slice(0, from) + text + el.value.slice(to);
  el.value = value;
  const [start, end] = select || [from + text.length, from + text.length];
  el.focus();
  el.setSelectionRange(start, end);
  ui.drafts.set(me.key, value);
  grow(el);
  changed();
}

function keys(event, me) {
  const offered = offers.get(me.key);
  if (event.isComposing) return;
  if (offered && offerKeys(event, me, offered)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit(me);
  } else if (event.key === "Escape" && me.kind === "edit") {
    event.preventDefault();
    stopEditing(me);
  } else if (event.key === "ArrowUp" && me.kind !== "edit" && !event.target.value) {
    editLast(event, me);
  }
}

function offerKeys(event, me, offered) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const item = offered.items[offered.at];
  if (step) offered.at = (offered.at + step + offered.items.length) % offered.items.length;
  else if (event.key === "Escape") offers.delete(me.key);
  else if (event.key === "Tab" || event.key === "Enter") {
    // A command that is typed out is sent, not completed again.
    if (event.key === "Enter" && item.insert.trim() === event.target.value.trim()) return false;
    take(me, item);
  } else return false;
  event.preventDefault();
  changed();
  return true;
}

function editLast(event, me) {
  const own = loaded(me.channel.id).list.filter(
    (message) =>
      message.user === state.as &&
      !message.subtype &&
      !message.ephemeral_for &&
      (message.thread_ts === me.thread || (!me.thread && message.thread_ts === message.ts)),
  );
  if (!own.length) return;
  event.preventDefault();
  startEditing(me.channel, own[own.length - 1]);
}

function stopEditing(me) {
  ui.drafts.delete(me.key);
  ui.editing = null;
  changed();
  document.querySelector(".composer.channel textarea")?.focus();
}

async function submit(me) {
  const text = (ui.drafts.get(me.key) || "").trim();
  if (!text || ui.pending.has(me.key)) return;
  if (me.kind === "edit") {
    const answer = await act("edits", { channel: me.channel.id, ts: me.message.ts, text });
    if (answer.ok) stopEditing(me);
    return;
  }
  offers.delete(me.key);
  ui.drafts.delete(me.key);
  const el = fields.get(me.key);
  queueMicrotask(() => el && grow(el));
  const answer = await actAt(me.key, "types", { channel: me.channel.id, thread: me.thread, text });
  if (!answer.ok && !ui.drafts.get(me.key)) ui.drafts.set(me.key, text);
  changed();
  queueMicrotask(() => el?.isConnected && grow(el));
}

// A stored text as it was typed: tokens become names again.
function asTyped(text) {
  const typedText = text
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (whole, id) => `@${state.users[id]?.name || nameOf(id)}`)
    .replace(/<!subteam\^(\w+)(?:\|[^>]*)?>/g, (whole, id) => `@${state.groups[id]?.handle || id}`)
    .replace(/<#(\w+)(?:\|[^>]*)?>/g, (whole, id) => `#${state.channels[id]?.name || id}`)
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, "@$1")
    .replace(/<((?:https?:|mailto:)[^|>]+)(?:\|[^>]*)?>/g, "$1");
  return unescape(typedText);
}
