// Pictures of people, made here from their initials.
import { h } from "./dom.js";
import { nameOf, state } from "./store.js";

const HUES = [12, 34, 88, 150, 176, 204, 232, 262, 290, 330];

/** A picture of somebody; of who is no user here, by name. Decorative: the name stands beside it. */
export function avatar(id, size = "", name = nameOf(id)) {
  const user = state.users[id];
  const isApp = Boolean(user?.is_bot) || id === state.app.bot_user_id;
  const classes = ["avatar", size, isApp ? "app-avatar" : "", user?.deleted ? "gone" : ""].filter(Boolean).join(" ");
  return h(
    "span",
    {
      class: classes,
      "aria-hidden": "true",
      "data-initials": isApp ? null : initials(name),
      style: { "--hue": HUES[sum(id || name || "") % HUES.length] },
    },
    isApp && bell(),
  );
}

function initials(name) {
  const words = name
    .replace(/[^\p{L}\p{N} ]/gu, "")
    .split(" ")
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return (
    letters
      .map((word) => [...word][0])
      .join("")
      .toUpperCase() || "?"
  );
}

function sum(text) {
  let total = 7;
  for (const sign of text) total = (total * 31 + sign.codePointAt(0)) % 9973;
  return total;
}

function bell() {
  return h(
    "svg",
    { viewBox: "0 0 24 24", class: "bell" },
    h("path", {
      d: "M12 3.5c-3.4 0-5.4 2.6-5.4 6 0 4.6-1.9 5.8-1.9 7.2h14.6c0-1.4-1.9-2.6-1.9-7.2 0-3.4-2-6-5.4-6zM10 19a2 2 0 0 0 4 0z",
    }),
  );
}
