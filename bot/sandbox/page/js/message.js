// One message, with everything on it.
import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { composerFor } from "./composer.js";
import { messageContext } from "./context.js";
import { h, names } from "./dom.js";
import { fileCards } from "./files.js";
import { icon } from "./icons.js";
import { act } from "./live.js";
import { actionsBar } from "./messageactions.js";
import { attached, reactions, threadLine } from "./messageparts.js";
import { mrkdwn } from "./mrkdwn.js";
import { changed, isReply, nameOf, now, state, ui } from "./store.js";
import { dayLabel, timeOf, timeWithSeconds } from "./time.js";
import { openPermalink, openProfile } from "./ui.js";

/** A message as an article. `place` is "channel" or "thread"; `grouped`: the author's name stands above already. */
export function messageView(channel, message, { place, grouped = false }) {
  const key = `${channel.id}/${message.ts}`;
  const hidden = message.ephemeral_for && ui.dismissed.has(key);
  if (hidden) return null;
  const at = Number(message.ts);
  const author = authorOf(message);
  const flash = ui.focusTs === message.ts;
  const editing = ui.editing === key;
  const props = {
    key: `${place}/${message.ts}`,
    class: names(
      "message",
      isNotice(message) && "quiet-line",
      grouped && "grouped",
      message.ephemeral_for && "ephemeral",
      message.pinned && "pinned",
      flash && "flash",
      message.subtype === "tombstone" && "tombstone",
    ),
    "data-ts": message.ts,
    "data-channel": channel.id,
    "data-subtype": message.subtype,
    "data-user": message.user,
    tabindex: "0",
    "aria-label": `${author}, ${dayLabel(at, state.me.tz, now())} ${timeOf(at, state.me.tz)}`,
  };
  return h(
    "article",
    props,
    message.pinned && h("p", { class: "message-note" }, icon("pin"), `Pinned${pinnedBy(channel, message)}`),
    message.ephemeral_for && h("p", { class: "message-note" }, icon("eye"), "Only visible to you"),
    message.subtype === "thread_broadcast" && place === "channel" && broadcastNote(channel, message),
    h(
      "div",
      { class: "gutter" },
      grouped ? h("span", { class: "gutter-time", "aria-hidden": "true" }, timeOf(at, state.me.tz)) : sign(message),
    ),
    h(
      "div",
      { class: "message-main" },
      !grouped && message.subtype !== "tombstone" && headLine(message, author, at),
      editing ? composerFor({ kind: "edit", channel, message }) : bodyOf(channel, message),
      tail(channel, message, place),
    ),
    !editing && actionsBar(channel, message, place),
  );
}

function sign(message) {
  if (message.subtype === "tombstone") return h("span", { class: "gone-sign" }, icon("trash"));
  return avatar(message.user, isNotice(message) ? "small" : "", authorOf(message));
}

function authorOf(message) {
  return message.extra?.username || nameOf(message.user);
}

function headLine(message, author, at) {
  const user = state.users[message.user];
  const isApp = Boolean(message.bot_id || user?.is_bot);
  return h(
    "header",
    { class: "message-head" },
    message.user
      ? h("button", { type: "button", class: "author", onclick: () => openProfile(message.user) }, author)
      : h("span", { class: "author" }, author),
    isApp && h("span", { class: "badge" }, "APP"),
    user?.is_restricted && h("span", { class: "badge" }, "Guest"),
    h(
      "time",
      { class: "stamp", datetime: new Date(at * 1000).toISOString(), title: timeWithSeconds(at, state.me.tz) },
      timeOf(at, state.me.tz),
    ),
  );
}

const NOTICES = new Set([
  "channel_join",
  "channel_leave",
  "channel_topic",
  "channel_purpose",
  "channel_name",
  "channel_archive",
  "channel_unarchive",
  "group_join",
  "group_leave",
  "group_topic",
  "group_purpose",
  "group_name",
  "group_archive",
  "group_unarchive",
  "pinned_item",
  "unpinned_item",
  "bot_add",
  "bot_remove",
  "channel_convert_to_private",
  "channel_canvas_updated",
  "tabbed_canvas_updated",
]);

function isNotice(message) {
  return NOTICES.has(message.subtype);
}

function bodyOf(channel, message) {
  if (message.subtype === "tombstone") return h("p", { class: "notice" }, "This message was deleted.");
  if (isNotice(message)) return h("p", { class: "notice" }, mrkdwn(withoutActor(message)));
  // What people type comes with rich text too, but its marks are only in the text.
  const fromApp = Boolean(message.bot_id || message.app_id || state.users[message.user]?.is_bot);
  const hasBlocks = fromApp && message.blocks.length > 0;
  return h(
    "div",
    { class: names("message-body", message.subtype === "me_message" && "me") },
    hasBlocks
      ? blocks(message.blocks, messageContext(channel.id, message))
      : message.text && h("div", { class: "text", dir: "auto" }, mrkdwn(message.text), edited(message)),
    hasBlocks && edited(message),
    (message.attachments || []).map((attachment, i) => attached(channel, message, attachment, i)),
    fileCards(message.files),
  );
}

function edited(message) {
  return (
    message.edited && h("span", { class: "edited", title: `Edited by ${nameOf(message.edited.user)}` }, " (edited)")
  );
}

// "<@U1> has joined" reads "has joined" under the person's name.
function withoutActor(message) {
  return message.text.startsWith(`<@${message.user}`) ? message.text.replace(/^<@[^>]+>\s*/, "") : message.text;
}

function tail(channel, message, place) {
  return [
    message.reactions.length > 0 && reactions(channel, message),
    place === "channel" && message.reply_ts.length > 0 && threadLine(channel, message),
    message.ephemeral_for && dismissButton(channel, message),
    failedNote(channel, message),
  ];
}

function broadcastNote(channel, message) {
  const open = () => openPermalink(channel.id, message.ts, message.thread_ts);
  return h(
    "p",
    { class: "message-note" },
    icon("reply"),
    h("button", { type: "button", class: "link", onclick: open }, "replied to a thread"),
  );
}

function pinnedBy(channel, message) {
  const pin = channel.pins.find((one) => one.ts === message.ts);
  return pin ? ` by ${pin.created_by === state.as ? "you" : nameOf(pin.created_by)}` : "";
}

function dismissButton(channel, message) {
  const dismiss = () => {
    ui.dismissed.add(`${channel.id}/${message.ts}`);
    changed();
    act("deletes", { channel: channel.id, ts: message.ts });
  };
  return h(
    "p",
    { class: "ephemeral-note" },
    "Only you can see this message. ",
    h("button", { type: "button", class: "link", onclick: dismiss }, "Dismiss message"),
  );
}

function failedNote(channel, message) {
  const warning = ui.warnings.get(`${channel.id}/${message.ts}`);
  return warning && h("p", { class: "element-warning", role: "alert" }, icon("warn"), warning);
}

/** Whether `message` goes on under the name above it. */
export function continues(message, before) {
  if (
    !before ||
    before.user !== message.user ||
    isNotice(message) ||
    isNotice(before) ||
    message.subtype === "tombstone"
  )
    return false;
  if (authorOf(before) !== authorOf(message) || Boolean(before.ephemeral_for) !== Boolean(message.ephemeral_for))
    return false;
  return !message.pinned && !isReply(message) === !isReply(before) && Number(message.ts) - Number(before.ts) < 300;
}
