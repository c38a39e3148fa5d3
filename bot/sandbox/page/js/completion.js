// What a composer offers while one types: commands after "/", people and groups after "@", channels after "#", emoji after ":".
import { avatar } from "./avatar.js";
import { emojiOf, findEmoji } from "./emoji.js";
import { h } from "./dom.js";
import { channelLabel, nameOf, state } from "./store.js";

const MOST = 8; // entries shown at once

/** The offers for `text` with the cursor at `at`: {from, items: [{id, insert, words, description, image}]}, or null. */
export function offersFor(text, at, { commands }) {
  const before = text.slice(0, at);
  const slash = commands && before.match(/^\/(\S*)$/);
  if (slash) return offer(0, commandItems(slash[1]));
  const word = before.match(/(^|[\s(])([@#:])([\w.+-]*)$/);
  if (!word) return null;
  const [, lead, mark, typed] = word;
  const from = word.index + lead.length;
  if (mark === "@") return offer(from, peopleItems(typed.toLowerCase()));
  if (mark === "#") return offer(from, channelItems(typed.toLowerCase()));
  return typed.length >= 2 ? offer(from, emojiItems(typed)) : null;
}

function offer(from, items) {
  return items.length ? { from, items: items.slice(0, MOST) } : null;
}

function commandItems(typed) {
  return state.app.commands
    .filter((one) => one.name.slice(1).startsWith(typed))
    .map((one) => ({
      id: one.name,
      insert: `${one.name} `,
      words: [h("strong", {}, one.name), " ", h("span", { class: "quiet" }, one.usage_hint)],
      description: one.description,
      image: avatar(state.app.bot_user_id, "small"),
    }));
}

function peopleItems(typed) {
  const fits = (...texts) =>
    texts.some(
      (text) =>
        text &&
        text
          .toLowerCase()
          .split(/[\s.]+/)
          .some((part) => part.startsWith(typed)),
    );
  const people = Object.values(state.users)
    .filter((user) => !user.deleted && fits(user.name, user.real_name, user.display_name))
    .map((user) => ({
      id: user.id,
      insert: `@${user.name} `,
      words: [h("strong", {}, nameOf(user.id)), " ", h("span", { class: "quiet" }, user.name)],
      description: user.is_bot ? "app" : "",
      image: avatar(user.id, "small"),
    }));
  const groups = Object.values(state.groups)
    .filter((group) => !group.date_delete && fits(group.handle, group.name))
    .map((group) => ({
      id: group.id,
      insert: `@${group.handle} `,
      words: [h("strong", {}, `@${group.handle}`)],
      description: `${group.name} · ${group.users.length} people`,
    }));
  const everyone = [
    ["here", "everybody active in this channel"],
    ["channel", "everybody in this channel"],
  ]
    .filter(([name]) => name.startsWith(typed))
    .map(([name, description]) => ({
      id: name,
      insert: `@${name} `,
      words: [h("strong", {}, `@${name}`)],
      description,
    }));
  return [...people, ...groups, ...everyone];
}

function channelItems(typed) {
  return Object.values(state.channels)
    .filter((channel) => channel.name && channelLabel(channel).includes(typed))
    .map((channel) => ({
      id: channel.id,
      insert: `#${channel.name} `,
      words: [h("strong", {}, `#${channel.name}`)],
      description: channel.is_archived ? "archived" : "",
    }));
}

function emojiItems(typed) {
  return findEmoji(typed, MOST).map((name) => ({
    id: name,
    insert: `:${name}: `,
    words: [emojiOf(name) && h("span", { class: "emoji" }, emojiOf(name)), ` :${name}:`],
    description: "",
  }));
}
