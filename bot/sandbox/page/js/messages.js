// The list of messages in a channel, by day, and the scrolling that keeps its place.
import { h, lazy } from "./dom.js";
import { continues, messageView } from "./message.js";
import { changed, isReply, loaded, messageAt, now, repliesTo, state, ui } from "./store.js";
import { tell } from "./live.js";
import { dayLabel, dayOf } from "./time.js";
import { markRead } from "./ui.js";

const lists = new WeakMap(); // element -> {atEnd, height, channel}

/** The scrolling list. `place` is "channel" or "thread"; `messages` are already the ones to show. */
export function messageList(channel, messages, { place, label, head = null }) {
  const props = {
    class: "message-list",
    role: "log",
    "aria-label": label,
    key: `${place}/${channel.id}/${place === "thread" ? ui.thread : ""}`,
    ref: follow,
    onscroll: (event) => scrolled(event.currentTarget, channel, place),
    onkeydown: walk,
  };
  return h("div", props, h("div", { class: "message-column" }, head, rows(channel, messages, place)));
}

/** What a channel shows: no replies, but those sent to the channel too. */
export function topLevel(channel) {
  return loaded(channel.id).list.filter(
    (message) => !isReply(message) || message.broadcast || message.subtype === "thread_broadcast",
  );
}

function rows(channel, messages, place) {
  const tz = state.me.tz;
  const today = dayOf(now(), tz);
  const minute = Math.floor(now() / 60);
  const unread = place === "channel" && ui.unread?.channel === channel.id ? ui.unread : null;
  const nodes = [];
  let before = null;
  let shownNew = false;
  for (const message of messages) {
    const at = Number(message.ts);
    const newDay = !before || traitsOf(before).day !== traitsOf(message).day;
    if (place === "channel" && newDay) nodes.push(divider(`day/${traitsOf(message).day}`, dayLabel(at, tz, now())));
    if (
      unread &&
      before &&
      !shownNew &&
      message.ts > unread.from &&
      message.ts <= unread.to &&
      message.user !== state.as
    ) {
      nodes.push(
        h(
          "div",
          { class: "divider new", role: "separator", "aria-label": "New messages", key: "new" },
          h("span", {}, "New"),
        ),
      );
      shownNew = true;
    }
    if (place === "thread" && before && before === messages[0]) nodes.push(replyLine(messages.length - 1));
    const grouped = !newDay && !(place === "thread" && before === messages[0]) && continues(message, before);
    nodes.push(row(channel, message, { place, grouped, today, minute }));
    before = message;
  }
  return nodes;
}

// Drawn again only when something it shows has changed.
function row(channel, message, { place, grouped, today, minute }) {
  const key = `${channel.id}/${message.ts}`;
  const replies = place === "channel" && message.reply_ts.length ? repliesTo(channel.id, message.ts).length : 0;
  const traits = traitsOf(message);
  const ages = replies || traits.ages ? minute : 0;
  const channelNames = traits.channels
    ? Object.values(state.channels)
        .map((one) => one.name)
        .join()
    : "";
  const deps = [
    message,
    grouped,
    today,
    ages,
    replies,
    channel.pins,
    channel.is_archived,
    state.as,
    state.users,
    state.groups,
    channelNames,
    stateOf(key),
    ui.focusTs === message.ts,
    ui.dismissed.has(key),
  ];
  return lazy(
    `${place}/${message.ts}`,
    deps,
    () => messageView(channel, message, { place, grouped }) || h("div", { key: `gone/${message.ts}`, hidden: true }),
  );
}

const traits = new WeakMap();

// The day of a message, and whether what it shows depends on the time, or on the names of channels.
function traitsOf(message) {
  const known = traits.get(message);
  if (known?.tz === state.me.tz) return known;
  const all = message.text + JSON.stringify(message.blocks);
  const found = {
    tz: state.me.tz,
    day: dayOf(Number(message.ts), state.me.tz),
    ages: all.includes("{ago}"),
    channels: /<#|channel_id|_select/.test(all),
  };
  traits.set(message, found);
  return found;
}

function stateOf(key) {
  const parts = [];
  for (const pending of ui.pending) if (pending.startsWith(key)) parts.push(pending);
  for (const [at, warning] of ui.warnings) if (at.startsWith(key)) parts.push(at, warning);
  for (const [at, value] of ui.chosen) if (at.startsWith(`${key}/`)) parts.push(at, JSON.stringify(value));
  if (ui.editing === key) parts.push("editing");
  return parts.join("|");
}

function replyLine(count) {
  const label = count === 1 ? "1 reply" : `${count} replies`;
  return h("div", { class: "reply-line", role: "separator", "aria-label": label, key: "replies" }, h("span", {}, label));
}

function divider(key, label) {
  return h("div", { class: "divider", role: "separator", "aria-label": label, key }, h("span", {}, label));
}

function follow(el) {
  lists.set(el, { atEnd: true, height: 0 });
  new ResizeObserver(() => settle(el)).observe(el);
}

function scrolled(el, channel, place) {
  const held = lists.get(el);
  held.atEnd = el.scrollHeight - el.scrollTop - el.clientHeight < 60;
  held.height = el.scrollHeight;
  if (place === "channel" && el.scrollTop < 200) askOlder(channel.id);
}

const asked = new Map(); // channel id -> ts before which messages were asked for

// Once for each beginning there is; again after a while, should the question have been lost.
function askOlder(id) {
  const { older, list } = loaded(id);
  const first = list.find((message) => !isReply(message))?.ts;
  if (!older || asked.get(id) === first) return;
  asked.set(id, first);
  setTimeout(() => asked.get(id) === first && asked.delete(id), 3000);
  tell({ older: id, before: first });
}

let flashed = null; // the message that was scrolled to and stands out for a moment

/** After drawing: stay at the end if one was there, else where one was reading; show what was asked for. */
export function settleScroll() {
  for (const el of document.querySelectorAll(".message-list")) settle(el);
  const open = document.querySelector(".main .message-list");
  if (open && lists.get(open).atEnd) markRead(ui.channel);
  seek();
}

// Go to the message that a link or a pin leads to, through as many earlier ones as it takes.
function seek() {
  const parentMissing = ui.thread && !messageAt(ui.channel, ui.thread);
  if (parentMissing) askOlder(ui.channel);
  if (!ui.focusTs || ui.focusTs === flashed) return;
  const wanted = document.querySelector(`.message[data-ts="${CSS.escape(ui.focusTs)}"]`);
  if (!wanted) {
    askOlder(ui.channel);
    return;
  }
  flashed = ui.focusTs;
  wanted.scrollIntoView({ block: "center" });
  wanted.focus({ preventScroll: true });
  setTimeout(() => {
    ui.focusTs = flashed = null;
    changed();
  }, 1800);
}

function settle(el) {
  const held = lists.get(el);
  if (!held) return;
  if (held.atEnd && !ui.focusTs) el.scrollTop = el.scrollHeight;
  else if (held.height && el.scrollTop < 250 && el.scrollHeight > held.height)
    el.scrollTop += el.scrollHeight - held.height;
  held.height = el.scrollHeight;
  if (el.closest(".main") && el.scrollTop < 200) askOlder(ui.channel);
}

// Arrow keys go from message to message.
function walk(event) {
  if (!["ArrowUp", "ArrowDown"].includes(event.key) || !event.target.classList.contains("message")) return;
  const all = [...event.currentTarget.querySelectorAll(".message")];
  const next = all[all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
