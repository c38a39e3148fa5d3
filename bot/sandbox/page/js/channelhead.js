// The line over the open place, and the lists that open from it.
import { avatar } from "./avatar.js";
import { ask } from "./confirm.js";
import { h } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { act } from "./live.js";
import { asWords, mrkdwn } from "./mrkdwn.js";
import { openList, openPanel } from "./popover.js";
import { changed, channelLabel, channelTitle, nameOf, now, partnerOf, state, ui } from "./store.js";
import { timeOf, zoneLabel } from "./time.js";
import { openPermalink, openProfile } from "./ui.js";

/** The line over a place: its name and topic, who is in it, what is pinned, and what can be done with it. */
export function header(channel, onApp) {
  const title = onApp ? state.app.name : channelLabel(channel);
  const direct = onApp || channel.kind === "im" || channel.kind === "mpim";
  const sign = direct
    ? avatar(onApp ? state.app.bot_user_id : partnerOf(channel), "small")
    : icon(channel.kind === "group" ? "lock" : "hash");
  const open = () => (ui.drawer = true) && changed();
  return h(
    "header",
    { class: "channel-head" },
    iconButton("menu", "Show channels", open, { class: "icon-button only-narrow" }),
    h(
      "h1",
      { class: "channel-title" },
      sign,
      h("span", {}, title),
      channel?.is_archived && h("span", { class: "badge" }, "archived"),
    ),
    h(
      "p",
      { class: "topic", title: channel ? asWords(channel.topic.value) : "" },
      direct ? partnerNote(channel, onApp) : mrkdwn(channel.topic.value),
    ),
    channel &&
      !direct &&
      h(
        "button",
        {
          type: "button",
          class: "head-button",
          "aria-label": `${channel.members.length} members`,
          onclick: (event) => showMembers(event.currentTarget, channel),
        },
        icon("users"),
        channel.members.length,
      ),
    channel?.pins.length > 0 &&
      h(
        "button",
        {
          type: "button",
          class: "head-button",
          "aria-label": `${channel.pins.length} pinned`,
          onclick: (event) => showPins(event.currentTarget, channel),
        },
        icon("pin"),
        channel.pins.length,
      ),
    channel && !direct && channelMenu(channel),
  );
}

function partnerNote(channel, onApp) {
  if (onApp || channel.kind === "mpim") return onApp ? "App" : "";
  const user = state.users[partnerOf(channel)];
  return user ? [user.title, `${timeOf(now(), user.tz)} local time`].filter(Boolean).join(" · ") : "";
}

function showMembers(anchor, channel) {
  const list = (close) =>
    h(
      "ul",
      { class: "panel-list", "aria-label": "Members" },
      channel.members.map((id) => member(id, close)),
    );
  openPanel({ anchor, label: `Members of ${channelTitle(channel)}`, content: list });
}

function member(id, close) {
  const user = state.users[id];
  const open = () => {
    close();
    openProfile(id);
  };
  const note =
    !user || user.is_bot
      ? "app"
      : `${timeOf(now(), user.tz)} ${zoneLabel(user.tz, now())}${user.is_restricted ? " · guest" : ""}${user.deleted ? " · deactivated" : ""}`;
  return h(
    "li",
    { key: id },
    h(
      "button",
      { type: "button", class: "panel-row", onclick: open },
      avatar(id, "small"),
      h("span", {}, nameOf(id)),
      h("span", { class: "quiet" }, note),
    ),
  );
}

function showPins(anchor, channel) {
  const row = (close) => (pin) => {
    const open = () => {
      close();
      openPermalink(channel.id, pin.ts, pin.thread_ts);
    };
    return h(
      "li",
      { key: pin.ts },
      h(
        "button",
        { type: "button", class: "panel-row pin-row", onclick: open },
        avatar(pin.user, "small"),
        h(
          "span",
          {},
          h("strong", {}, nameOf(pin.user)),
          h("span", { class: "pin-text" }, asWords(pin.text) || "A message"),
        ),
      ),
    );
  };
  openPanel({
    anchor,
    label: "Pinned messages",
    content: (close) => h("ul", { class: "panel-list", "aria-label": "Pinned messages" }, channel.pins.map(row(close))),
  });
}

function channelMenu(channel) {
  const items = channelActs(channel);
  if (!items.length) return null;
  const open = (event) =>
    openList({ anchor: event.currentTarget, label: "Channel", items, onPick: (item) => item.run() });
  return iconButton("more", "More about this channel", open, { "aria-haspopup": "listbox" });
}

function channelActs(channel) {
  const place = { channel: channel.id };
  if (channel.is_archived)
    return [
      { id: "unarchive", text: "Unarchive channel", image: icon("archive"), run: () => act("unarchives", place) },
    ];
  if (!channel.member) return [];
  const anchor = () => document.querySelector('[aria-label="More about this channel"]');
  const items = [
    { id: "add", text: "Add people…", image: icon("users"), run: () => addPeople(anchor(), channel) },
    { id: "leave", text: "Leave channel", image: icon("close"), run: () => act("leaves", place) },
    { id: "archive", text: "Archive channel…", image: icon("archive"), danger: true, run: () => archive(channel) },
  ];
  return channel.is_general ? items.slice(0, 1) : items;
}

function addPeople(anchor, channel) {
  const items = Object.values(state.users)
    .filter((user) => !user.deleted && !channel.members.includes(user.id))
    .map((user) => ({
      id: user.id,
      text: nameOf(user.id),
      description: user.is_bot ? "app" : user.title,
      image: avatar(user.id, "small"),
    }));
  const add = ({ id }) => act("invites", { channel: channel.id, user: id });
  openList({ anchor, label: "people", items, search: true, onPick: add });
}

async function archive(channel) {
  const sure = await ask(`Archive #${channel.name}?`, "Nobody can write there any more.", "Archive");
  if (sure) act("archives", { channel: channel.id });
}
