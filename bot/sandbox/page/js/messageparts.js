// What hangs on a message: attachments, reactions, the line that leads to its thread.
import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { messageContext } from "./context.js";
import { h, names } from "./dom.js";
import { icon } from "./icons.js";
import { linkNode } from "./mention.js";
import { addReaction, toggleReaction } from "./messageactions.js";
import { emojiNode, mrkdwn } from "./mrkdwn.js";
import { nameOf, now, repliesTo, state } from "./store.js";
import { agoLabel } from "./time.js";
import { openThread } from "./ui.js";

/** A secondary attachment: a bar of colour beside blocks, or beside the old kind of fields. */
export function attached(channel, message, attachment, i) {
  const color = /^#?[0-9a-f]{6}$/i.test(attachment.color || "")
    ? `#${attachment.color.replace("#", "")}`
    : TONES[attachment.color] || "";
  const inside = attachment.blocks?.length
    ? blocks(attachment.blocks, messageContext(channel.id, message))
    : [
        attachment.pretext && h("p", {}, mrkdwn(attachment.pretext)),
        attachment.title &&
          h(
            "p",
            {},
            h(
              "strong",
              {},
              attachment.title_link ? linkNode(attachment.title_link, [attachment.title]) : attachment.title,
            ),
          ),
        h("div", {}, mrkdwn(attachment.text || attachment.fallback || "")),
        (attachment.fields || []).map((field) =>
          h("p", {}, h("strong", {}, field.title), h("br"), mrkdwn(String(field.value ?? ""))),
        ),
        attachment.footer && h("p", { class: "footer" }, mrkdwn(attachment.footer)),
      ];
  return h("div", { class: "attachment", key: `a${i}`, style: { "--bar": color || "var(--line)" } }, inside);
}

const TONES = { good: "#2eb67d", warning: "#e0a526", danger: "#d1344b" };

export function reactions(channel, message) {
  const chips = message.reactions.map(({ name, users }) => {
    const mine = users.includes(state.as);
    const who = users.map(nameOf).join(", ");
    const props = {
      type: "button",
      key: name,
      class: names("reaction", mine && "mine"),
      "aria-pressed": mine ? "true" : "false",
      "aria-label": `:${name}: ${users.length}, ${who}`,
      title: `${who} reacted with :${name}:`,
      "data-reaction": name,
      onclick: () => toggleReaction(channel, message, name),
    };
    return h("button", props, emojiNode(name) || `:${name}:`, h("span", { class: "count" }, users.length));
  });
  const add = h(
    "button",
    {
      type: "button",
      key: "+",
      class: "reaction add",
      "aria-label": "Add another reaction",
      onclick: (event) => addReaction(event.currentTarget, channel, message),
    },
    icon("smile"),
    "+",
  );
  return h("div", { class: "reactions" }, chips, add);
}

/** How many replies there are, and by whom; opens the thread. */
export function threadLine(channel, message) {
  const replies = repliesTo(channel.id, message.ts);
  const authors = [...new Set(replies.map((reply) => reply.user))].slice(0, 4);
  const count = message.reply_ts.length;
  const last = Number(message.reply_ts[count - 1]);
  return h(
    "button",
    { type: "button", class: "thread-line", onclick: () => openThread(channel.id, message.ts) },
    authors.map((id) => avatar(id, "small")),
    h("strong", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
    h("span", { class: "thread-when" }, `Last reply ${agoLabel(last, state.me.tz, now())}`),
  );
}
