// What a person can do with a message: the bar that shows on it, and its ⋯ menu.
import { ask } from "./confirm.js";
import { h } from "./dom.js";
import { emojiOf, findEmoji, FREQUENT } from "./emoji.js";
import { icon, iconButton } from "./icons.js";
import { act, actAt } from "./live.js";
import { openList } from "./popover.js";
import { changed, isReply, state, ui } from "./store.js";
import { notify } from "./toast.js";
import { openThread } from "./ui.js";

export function actionsBar(channel, message, place) {
  if (message.ephemeral_for || message.subtype === "tombstone" || !state.me || channel.is_archived) return null;
  const quick = ["white_check_mark", "eyes", "pushpin"].filter(emojiOf).map((name) =>
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": `React with :${name}:`,
        title: `:${name}:`,
        onclick: () => toggleReaction(channel, message, name),
      },
      h("span", { class: "emoji", "aria-hidden": "true" }, emojiOf(name)),
    ),
  );
  return h(
    "div",
    { class: "message-actions", role: "toolbar", "aria-label": "Message actions" },
    quick,
    iconButton("smile", "Add reaction", (event) => addReaction(event.currentTarget, channel, message)),
    place === "channel" &&
      iconButton("reply", "Reply in thread", () =>
        openThread(channel.id, isReply(message) ? message.thread_ts : message.ts),
      ),
    iconButton("more", "More actions", (event) => openMore(event.currentTarget, channel, message), {
      "aria-haspopup": "listbox",
    }),
  );
}

/** Add the reaction, or take back your own. */
export function toggleReaction(channel, message, name) {
  const mine = message.reactions.some((one) => one.name === name && one.users.includes(state.as));
  act(mine ? "unreacts" : "reacts", { channel: channel.id, ts: message.ts, name });
}

export function addReaction(anchor, channel, message) {
  const items = (found) =>
    found.map((name) => ({
      id: name,
      text: name,
      content: [emojiOf(name) && h("span", { class: "emoji" }, emojiOf(name)), ` :${name}:`],
    }));
  openList({
    anchor,
    label: "emoji",
    search: true,
    least: 0,
    load: async (typed) => ({ items: items(typed ? findEmoji(typed.replace(/:/g, "")) : FREQUENT) }),
    onPick: ({ id }) => toggleReaction(channel, message, id),
  });
}

function openMore(anchor, channel, message) {
  openList({ anchor, label: "More actions", items: moreItems(channel, message), onPick: (item) => item.run() });
}

function moreItems(channel, message) {
  const place = { channel: channel.id, ts: message.ts };
  const own = message.user === state.as && !message.subtype;
  const items = [
    {
      id: "pin",
      text: message.pinned ? "Unpin from channel" : "Pin to channel",
      image: icon("pin"),
      run: () => act(message.pinned ? "unpins" : "pins", place),
    },
    { id: "copy", text: "Copy link", image: icon("link"), run: () => copyLink(channel, message) },
  ];
  if (own)
    items.push({ id: "edit", text: "Edit message", image: icon("edit"), run: () => startEditing(channel, message) });
  if (own)
    items.push({ id: "delete", text: "Delete message…", image: icon("trash"), danger: true, run: () => remove(place) });
  for (const shortcut of state.app.shortcuts.filter((one) => one.type === "message")) {
    items.push({
      id: `shortcut:${shortcut.callback_id}`,
      text: shortcut.name,
      description: state.app.name,
      group: "Apps",
      image: icon("bolt"),
      run: () =>
        actAt(`${channel.id}/${message.ts}`, "message_shortcut", { ...place, callback_id: shortcut.callback_id }),
    });
  }
  return items;
}

export function startEditing(channel, message) {
  ui.editing = `${channel.id}/${message.ts}`;
  changed();
}

async function remove(place) {
  if (await ask("Delete message", "Are you sure you want to delete this message? This cannot be undone.", "Delete"))
    act("deletes", place);
}

async function copyLink(channel, message) {
  const thread = isReply(message) ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : "";
  const link = `${location.origin}/archives/${channel.id}/p${message.ts.replace(".", "")}${thread}`;
  try {
    await navigator.clipboard.writeText(link);
    notify("Link copied");
  } catch {
    notify(link);
  }
}
