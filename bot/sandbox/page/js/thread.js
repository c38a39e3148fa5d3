// The side panel with one thread.
import { composerFor } from "./composer.js";
import { h } from "./dom.js";
import { iconButton } from "./icons.js";
import { messageList } from "./messages.js";
import { channelTitle, messageAt, repliesTo, state, ui } from "./store.js";
import { closeThread } from "./ui.js";

export function thread() {
  const channel = state.channels[ui.channel];
  if (!channel || !ui.thread) return null;
  const parent = messageAt(channel.id, ui.thread);
  const messages = [parent, ...repliesTo(channel.id, ui.thread)].filter(Boolean);
  const close = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    closeThread();
    document.querySelector(`.message[data-ts="${CSS.escape(parent?.ts || "")}"]`)?.focus();
  };
  return h(
    "aside",
    { class: "side-panel thread", key: "thread", "aria-label": "Thread", onkeydown: close },
    h(
      "header",
      { class: "panel-head" },
      h("h2", {}, "Thread"),
      h("span", { class: "quiet" }, channelTitle(channel)),
      iconButton("close", "Close thread", closeThread),
    ),
    messageList(channel, messages, { place: "thread", label: "Thread" }),
    channel.member && !channel.is_archived && parent && composerFor({ kind: "thread", channel, thread: ui.thread }),
  );
}
