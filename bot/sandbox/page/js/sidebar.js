// The list of places: channels, direct messages, the app.
import { avatar } from "./avatar.js";
import { h, names } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { upAndDown, toComposer } from "./keyboard.js";
import { act } from "./live.js";
import { openList } from "./popover.js";
import { appChannel, channelLabel, channelTitle, changed, isAppChannel, nameOf, now, partnerOf, state, ui } from "./store.js";
import { timeOf } from "./time.js";
import { openApp, openChannel, openDirect } from "./ui.js";

export function sidebar() {
  const all = Object.values(state.channels).sort((a, b) =>
    channelLabel(a).localeCompare(channelLabel(b), "en", { numeric: true }),
  );
  const mine = all.filter((channel) => channel.member);
  const channels = mine.filter((channel) => channel.kind === "channel" || channel.kind === "group");
  const direct = mine.filter((channel) => (channel.kind === "im" || channel.kind === "mpim") && !isAppChannel(channel));
  const archived = channels.filter((channel) => channel.is_archived);
  return h(
    "nav",
    { class: names("sidebar", ui.drawer && "open"), "aria-label": "Channels and direct messages", key: "sidebar", onkeydown: upAndDown },
    section(
      "Channels",
      channels.filter((channel) => !channel.is_archived).map(channelRow),
      iconButton("plus", "Browse channels", browse),
    ),
    section("Direct messages", direct.map(directRow), iconButton("plus", "New direct message", writeTo)),
    section("Apps", [appRow()]),
    archived.length > 0 &&
      h(
        "details",
        { class: "archived", key: "archived" },
        h("summary", {}, `Archived (${archived.length})`),
        h("ul", {}, archived.map(channelRow)),
      ),
  );
}

function section(title, rows, button = null) {
  return h(
    "section",
    { key: title, "aria-label": title },
    h("header", { class: "sidebar-head" }, h("h2", {}, title), button),
    h("ul", {}, rows),
  );
}

function placeRow({ key, id, name, sign, unread, mentions, muted, onclick, note }) {
  const current = ui.channel === id;
  const news = unread > 0 && !muted;
  const spoken = [
    name,
    note,
    news && `${unread} unread`,
    mentions > 0 && `${mentions} mention${mentions === 1 ? "" : "s"}`,
  ]
    .filter(Boolean)
    .join(", ");
  const props = {
    type: "button",
    class: names("place", current && "current", news && "unread", muted && "muted"),
    "aria-current": current ? "page" : null,
    "aria-label": spoken,
    "data-place": id,
    onclick,
  };
  return h(
    "li",
    { key },
    h(
      "button",
      props,
      h("span", { class: "place-sign" }, sign),
      h("span", { class: "place-name" }, name),
      note && [" ", h("span", { class: "place-note" }, note)],
      mentions > 0 && " ",
      mentions > 0 && h("span", { class: "count-badge" }, mentions),
    ),
  );
}

function channelRow(channel) {
  return placeRow({
    key: channel.id,
    id: channel.id,
    name: channel.name,
    sign: icon(channel.is_archived ? "archive" : channel.kind === "group" ? "lock" : "hash"),
    unread: channel.unread,
    mentions: channel.mentions,
    muted: channel.is_archived,
    onclick: () => go(channel.id),
  });
}

function directRow(channel) {
  const other = partnerOf(channel);
  const user = state.users[other];
  const note = channel.kind === "im" && user && !user.is_bot ? timeOf(now(), user.tz) : "";
  // Whatever is said in a direct message is meant for you.
  return placeRow({
    key: channel.id,
    id: channel.id,
    name: channelLabel(channel),
    sign: avatar(other, "small"),
    unread: channel.unread,
    mentions: channel.unread,
    note,
    onclick: () => go(channel.id),
  });
}

function appRow() {
  const channel = appChannel();
  const open = () => openApp(channel?.unread ? "messages" : state.app.home_tab ? "home" : "messages");
  return placeRow({
    key: "app",
    id: channel?.id || "app",
    name: state.app.name,
    sign: avatar(state.app.bot_user_id, "small"),
    unread: channel?.unread || 0,
    mentions: channel?.unread || 0,
    onclick: open,
  });
}

function go(id) {
  openChannel(id);
  toComposer();
}

/** Choose among all places that one is in, by a few letters. */
export function jumpTo() {
  const items = Object.values(state.channels)
    .filter((channel) => channel.member && !channel.is_archived)
    .sort((a, b) => b.last_ts.localeCompare(a.last_ts))
    .map((channel) => ({ id: channel.id, text: channelTitle(channel), description: channel.topic.value }));
  const anchor = document.querySelector(".workspace");
  openList({ anchor, label: "Jump to", items, search: true, onPick: ({ id }) => go(id) });
}

function browse(event) {
  const items = Object.values(state.channels)
    .filter((channel) => channel.kind === "channel")
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
    .map((channel) => ({
      id: channel.id,
      text: channel.name,
      image: icon(channel.is_archived ? "archive" : "hash"),
      description: [
        channel.is_archived ? "archived" : channel.member ? "joined" : "",
        `${channel.members.length} members`,
        channel.topic.value,
      ]
        .filter(Boolean)
        .join(" · "),
    }));
  openList({
    anchor: event.currentTarget,
    label: "channels",
    items,
    search: true,
    onPick: ({ id }) => go(id),
  });
}

function writeTo(event) {
  const items = Object.values(state.users)
    .filter((user) => !user.deleted && user.id !== state.as)
    .map((user) => ({
      id: user.id,
      text: nameOf(user.id),
      image: avatar(user.id, "small"),
      description: user.is_bot ? "app" : user.title,
    }));
  openList({
    anchor: event.currentTarget,
    label: "people",
    items,
    search: true,
    onPick: ({ id }) => (id === state.app.bot_user_id ? openApp("messages") : openDirect(id)),
  });
}

/** Join the channel that is open. */
export async function join(channel) {
  await act("joins", { channel: channel.id });
  changed();
}
