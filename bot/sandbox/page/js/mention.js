// The parts of a text that point at somebody or something: people, groups, channels, dates and links.
import { h, names } from "./dom.js";
import { channelLabel, nameOf, now, state } from "./store.js";
import { longDay, slackDate, timeOf } from "./time.js";
import { openChannel, openPermalink, openProfile } from "./ui.js";

export function userNode(id, label = "") {
  const known = state.users[id];
  const mine = id === state.as;
  const text = "@" + (known ? nameOf(id) : label || id);
  return h(
    "button",
    {
      type: "button",
      class: names("mention", mine && "mention-me"),
      "data-user": id,
      onclick: () => known && openProfile(id),
    },
    text,
  );
}

export function groupNode(id, label = "") {
  const group = state.groups[id];
  const mine = group?.users.includes(state.as);
  const text = group ? `@${group.handle}` : label ? `@${label.replace(/^@/, "")}` : `@${id}`;
  const members = group ? group.users.map(nameOf).join(", ") : "";
  return h("span", { class: names("mention", mine && "mention-me"), title: members, "data-group": id }, text);
}

export function channelNode(id, label = "") {
  const channel = state.channels[id];
  if (!channel) return h("span", { class: "mention" }, label ? `#${label}` : "#private-channel");
  return h(
    "button",
    { type: "button", class: "mention", "data-channel-link": id, onclick: () => openChannel(id) },
    `#${channelLabel(channel)}`,
  );
}

export function broadcastNode(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

/** `<!date^at^template^link|fallback>`, split at the carets. */
export function dateNode([at, template = "{date}", link], fallback) {
  const moment = Number(at);
  if (!Number.isFinite(moment)) return h("span", {}, fallback);
  const tz = state.me.tz;
  const shown = slackDate(moment, template, tz, now());
  const title = `${longDay(moment, tz, now())}, ${timeOf(moment, tz)} (${tz})`;
  const time = h("time", { datetime: new Date(moment * 1000).toISOString(), title }, shown);
  return link ? linkNode(link, [time]) : time;
}

/** A link, if it leads to the web or a mailbox; anything else stays text. */
export function linkNode(url, content) {
  const shown = content || url.replace(/^mailto:/, "");
  if (!isWeb(url)) return h("span", {}, shown);
  const props = { href: url, target: "_blank", rel: "noopener noreferrer", class: "link" };
  if (permalinkIn(url)) props.onclick = (event) => followPermalink(event, url);
  return h("a", props, shown);
}

export function isWeb(url) {
  return /^(https?:\/\/|mailto:)/i.test(url);
}

function permalinkIn(url) {
  const hosts = ["127.0.0.1", "localhost", "[::1]", `${state.team.domain}.slack.com`];
  return /\/archives\/[A-Z0-9]+(\/p\d{16})?/.test(url) && hosts.includes(new URL(url).hostname);
}

function followPermalink(event, url) {
  const found = url.match(/\/archives\/([A-Z0-9]+)(?:\/p(\d{10})(\d{6}))?/);
  if (!found || !state.channels[found[1]]) return;
  event.preventDefault();
  const thread = url.match(/thread_ts=([\d.]+)/);
  openPermalink(found[1], found[2] ? `${found[2]}.${found[3]}` : null, thread ? thread[1] : null);
}
