// The open place: its header, tabs and bookmarks, its messages, and the composer beneath.
import { header } from "./channelhead.js";
import { composerFor } from "./composer.js";
import { h, names } from "./dom.js";
import { content } from "./files.js";
import { home, aboutApp } from "./home.js";
import { icon } from "./icons.js";
import { read } from "./live.js";
import { messageList, topLevel } from "./messages.js";
import { linkNode } from "./mention.js";
import { mrkdwn } from "./mrkdwn.js";
import { join } from "./sidebar.js";
import { changed, channelLabel, channelTitle, isAppChannel, loaded, nameOf, now, state, ui } from "./store.js";
import { longDay } from "./time.js";
import { openTab } from "./ui.js";

export function place() {
  const channel = state.channels[ui.channel];
  const onApp = ui.channel === "app" || isAppChannel(channel);
  if (!channel && !onApp)
    return h(
      "main",
      { class: "main", key: "main", tabindex: "-1" },
      h("p", { class: "empty" }, "Choose a channel to read."),
    );
  const label = onApp ? state.app.name : channelTitle(channel);
  return h(
    "main",
    { class: "main", key: "main", "aria-label": label, tabindex: "-1" },
    header(channel, onApp),
    tabs(channel, onApp),
    body(channel, onApp),
  );
}

function body(channel, onApp) {
  if (onApp && ui.tab === "home") return home();
  if (onApp && ui.tab === "about") return aboutApp();
  if (!onApp && ui.tab === "canvas" && channel.canvas) return canvas(channel);
  if (!channel) return h("p", { class: "empty" }, `There are no messages with ${state.app.name} yet.`);
  return [
    channel.bookmarks.length > 0 && bookmarks(channel),
    messageList(channel, topLevel(channel), {
      place: "channel",
      label: `Messages in ${channelTitle(channel)}`,
      head: beginning(channel),
    }),
    foot(channel, onApp),
  ];
}

function tabs(channel, onApp) {
  const all = onApp
    ? [
        ["home", "Home", state.app.home_tab],
        ["messages", "Messages", state.app.messages_tab],
        ["about", "About", true],
      ]
    : [
        ["messages", "Messages", Boolean(channel.canvas)],
        ["canvas", channel.canvas?.title || "Canvas", Boolean(channel.canvas)],
      ];
  const shown = all.filter(([, , there]) => there);
  if (!shown.length) return null;
  return h(
    "div",
    { class: "tabs", role: "tablist", "aria-label": "Tabs" },
    shown.map(([id, name]) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          key: id,
          class: names("tab", ui.tab === id && "current"),
          "aria-selected": ui.tab === id ? "true" : "false",
          onclick: () => openTab(id),
        },
        id === "canvas" && icon("canvas"),
        name,
      ),
    ),
  );
}

function bookmarks(channel) {
  const sign = (one) => (one.emoji ? mrkdwn(one.emoji) : icon("link"));
  return h(
    "ul",
    { class: "bookmarks", "aria-label": "Bookmarks", key: "bookmarks" },
    channel.bookmarks.map((one) =>
      h("li", { key: one.id, "data-bookmark": one.id }, sign(one), linkNode(one.link, [one.title])),
    ),
  );
}

function beginning(channel) {
  if (loaded(channel.id).older) return h("p", { class: "quiet older", key: "older" }, "Loading earlier messages…");
  if (channel.kind === "im" || channel.kind === "mpim")
    return h(
      "div",
      { class: "beginning", key: "beginning" },
      h("h2", {}, channelLabel(channel)),
      h("p", {}, `This is the beginning of your direct messages with ${channelLabel(channel)}.`),
    );
  const by =
    channel.creator && state.users[channel.creator]
      ? `${nameOf(channel.creator)} created this channel on ${longDay(channel.created, state.me.tz, now())}.`
      : "";
  return h(
    "div",
    { class: "beginning", key: "beginning" },
    h("h2", {}, `#${channel.name}`),
    h("p", {}, by, channel.purpose.value && [" ", mrkdwn(channel.purpose.value)]),
  );
}

function foot(channel, onApp) {
  if (channel.is_archived) return notice("You are viewing an archived channel.");
  if (!channel.member)
    return notice(
      `You are viewing #${channel.name}.`,
      h("button", { type: "button", class: "kit-button primary", onclick: () => join(channel) }, "Join channel"),
    );
  if (onApp && state.app.messages_tab_read_only) return notice("Sending messages to this app has been turned off.");
  return composerFor({ kind: "channel", channel });
}

function notice(words, button = null) {
  return h("div", { class: "composer-notice", key: "notice" }, h("span", {}, words), button);
}

const canvases = new Map(); // canvas id -> {updated, file}

function canvas(channel) {
  const { id, updated } = channel.canvas;
  const held = canvases.get(id);
  if (!held || held.updated !== updated) {
    canvases.set(id, { updated, file: held?.file });
    read("file", { id }).then((file) => {
      canvases.set(id, { updated, file });
      changed();
    });
  }
  const file = canvases.get(id).file;
  return h(
    "article",
    { class: "canvas-page", key: `canvas/${id}`, "aria-label": channel.canvas.title || "Canvas", tabindex: "0" },
    file?.ok
      ? [channel.canvas.title && h("h1", {}, channel.canvas.title), content(file)]
      : h("p", { class: "quiet" }, file?.why || "Loading…"),
  );
}
