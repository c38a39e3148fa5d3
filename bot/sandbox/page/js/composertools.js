// The tools of a composer. `writing` is {channel, field(), replace(from, to, text, [selectFrom, selectTo])}.
import { h } from "./dom.js";
import { emojiOf, findEmoji, FREQUENT } from "./emoji.js";
import { icon, iconButton } from "./icons.js";
import { act } from "./live.js";
import { openList } from "./popover.js";
import { state } from "./store.js";
import { notify } from "./toast.js";

/** The + menu: global shortcuts of the app, and its commands. */
export function plusMenu(writing) {
  const items = state.app.shortcuts
    .filter((one) => one.type === "global")
    .map((one) => ({
      id: one.callback_id,
      text: one.name,
      description: one.description || state.app.name,
      group: "Shortcuts",
      image: icon("bolt"),
      run: () =>
        act("shortcut", { callback_id: one.callback_id, channel: writing.channel.id }).then(
          (answer) => answer.trouble && notify(answer.trouble, "bad"),
        ),
    }));
  for (const command of state.app.commands) {
    items.push({
      id: command.name,
      text: command.name,
      description: command.description,
      group: "Commands",
      image: icon("code"),
      run: () => writing.replace(0, 0, `${command.name} `),
    });
  }
  return iconButton(
    "plus",
    "Shortcuts and commands",
    (event) =>
      openList({ anchor: event.currentTarget, label: "Shortcuts and commands", items, onPick: (item) => item.run() }),
    { "aria-haspopup": "listbox" },
  );
}

const WRAPS = [
  ["bold", "Bold", "*"],
  ["italic", "Italic", "_"],
  ["strike", "Strikethrough", "~"],
  ["code", "Code", "`"],
];

/** Buttons that put marks around what is selected. */
export function formatting(writing) {
  const wrap = (mark) => {
    const el = writing.field();
    const [from, to] = [el.selectionStart, el.selectionEnd];
    writing.replace(from, to, mark + el.value.slice(from, to) + mark, [from + 1, to + 1]);
  };
  return h(
    "span",
    { class: "formatting", role: "group", "aria-label": "Formatting" },
    WRAPS.map(([sign, name, mark]) => iconButton(sign, name, () => wrap(mark), { key: name })),
  );
}

export function emojiButton(writing) {
  const item = (name) => ({
    id: name,
    text: name,
    content: [emojiOf(name) && h("span", { class: "emoji" }, emojiOf(name)), ` :${name}:`],
  });
  const pick = ({ id }) => {
    const el = writing.field();
    writing.replace(el.selectionStart, el.selectionEnd, `:${id}: `);
  };
  const open = (event) =>
    openList({
      anchor: event.currentTarget,
      label: "emoji",
      least: 0,
      load: async (text) => ({ items: (text ? findEmoji(text) : FREQUENT).map(item) }),
      onPick: pick,
    });
  return iconButton("smile", "Emoji", open);
}
