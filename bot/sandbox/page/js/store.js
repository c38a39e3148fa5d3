// What the page knows of the workspace, as the server told it for the person you are, and what is open on the screen.

export const state = {
  ready: false,
  connected: false,
  as: "", // user id of the person you are
  me: null,
  team: {},
  users: {},
  groups: {},
  app: { commands: [], shortcuts: [] },
  channels: {},
  messages: {}, // channel id -> {list, older}: what is loaded, in order, replies too
  modals: [],
  home: null,
  insight: { due: [], owed: [], cases: [], looks: 0 }, // what the app says it will do, and what it owes
  trouble: { switches: [], bot: { kept: false, running: true } },
  clock: { now: Date.now() / 1000, got: performance.now(), speed: 1 },
  journal: [], // newest last
  counts: { calls: 0, deliveries: 0, violations: 0 },
};

export const ui = {
  channel: null, // id of the open channel
  tab: "messages", // messages, canvas, home, about
  thread: null, // ts of the parent in the side panel
  pane: false, // what the bot asked of Slack
  drawer: false, // the sidebar, on narrow screens
  viewer: null, // {id, file}
  editing: null, // "channel/ts" being edited
  unread: null, // {channel, from, to}: what was unread when the channel was opened
  dismissed: new Set(), // ephemeral messages put away, "channel/ts"
  drafts: new Map(), // "channel" or "channel/thread" -> text
  pending: new Set(), // what waits for an answer, by key
  warnings: new Map(), // key -> what went wrong there
  chosen: new Map(), // key -> value entered into an element, until its surface is drawn anew
  unsent: new Map(), // key -> {name, value} entered, but not yet told to the server
  focusTs: null, // message to show and flash
};

let draw = () => {};
let queued = false;

/** Set what draws the page. */
export function onChange(drawing) {
  draw = drawing;
}

/** Draw soon: at most once per frame, however much changed. */
export function changed() {
  if (queued) return;
  queued = true;
  const run = () => {
    queued = false;
    draw();
  };
  if (document.hidden) setTimeout(run, 50);
  else requestAnimationFrame(run);
}

/** The time in the workspace. */
export function now() {
  const { now: then, got, speed } = state.clock;
  return then + ((performance.now() - got) / 1000) * speed;
}

export function nameOf(id) {
  const user = state.users[id];
  if (!user) return { [state.app.bot_user_id]: state.app.name, USLACKBOT: "Slackbot" }[id] || id || "Somebody";
  return user.real_name || user.display_name || user.name;
}

/** The conversation partner in a direct message. */
export function partnerOf(channel) {
  return channel.members.find((id) => id !== state.as) ?? state.as;
}

export function channelLabel(channel) {
  if (channel.kind === "im") return nameOf(partnerOf(channel));
  if (channel.kind === "mpim")
    return channel.members
      .filter((id) => id !== state.as)
      .map(nameOf)
      .join(", ");
  return channel.name;
}

/** "#general", "Bo Berg" */
export function channelTitle(channel) {
  return channel.kind === "im" || channel.kind === "mpim" ? channelLabel(channel) : `#${channel.name}`;
}

export function isAppChannel(channel) {
  return channel?.kind === "im" && channel.members.includes(state.app.bot_user_id);
}

export function appChannel() {
  return Object.values(state.channels).find(isAppChannel);
}

export function loaded(channelId) {
  return state.messages[channelId] || { list: [], older: false, missing: true };
}

export function messageAt(channelId, ts) {
  return loaded(channelId).list.find((message) => message.ts === ts);
}

export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

export function repliesTo(channelId, ts) {
  return loaded(channelId).list.filter((message) => message.thread_ts === ts && message.ts !== ts);
}

const appliers = {
  state(told) {
    const { clock, kind, ...rest } = told;
    Object.assign(state, rest, { ready: true });
    appliers.clock(clock);
  },
  channel: ({ channel }) => void (state.channels[channel.id] = channel),
  channel_gone({ id }) {
    delete state.channels[id];
    delete state.messages[id];
    if (ui.channel === id) ui.channel = null;
  },
  messages({ channel, messages, older, reset }) {
    const before = reset ? [] : loaded(channel).list;
    const known = new Set(messages.map((message) => message.ts));
    const list = [...messages, ...before.filter((message) => !known.has(message.ts))];
    list.sort(byTs);
    state.messages[channel] = { list, older };
  },
  message({ channel, message }) {
    const held = state.messages[channel];
    if (!held) return;
    const before = held.list.find((other) => other.ts === message.ts);
    const list = held.list.filter((other) => other !== before);
    list.push(message);
    if (list.length > 1 && byTs(list[list.length - 2], message) > 0) list.sort(byTs);
    state.messages[channel] = { ...held, list };
    if (before && drawnAnew(before, message)) forgetChoices(channel, message.ts);
  },
  message_gone({ channel, ts }) {
    const held = state.messages[channel];
    if (held) state.messages[channel] = { ...held, list: held.list.filter((message) => message.ts !== ts) };
  },
  modals: ({ modals }) => void (state.modals = modals),
  home: ({ home }) => void (state.home = home),
  people: ({ users, groups }) => void Object.assign(state, { users, groups, me: users[state.as] ?? state.me }),
  clock: ({ now: then, speed }) => void (state.clock = { now: then, speed, got: performance.now() }),
  insight: ({ insight }) => void (state.insight = insight),
  trouble: ({ trouble }) => void (state.trouble = trouble),
  journal({ entries, counts, reset }) {
    const renewed = new Set(entries.map((entry) => entry.id));
    const kept = reset ? [] : state.journal.filter((entry) => !renewed.has(entry.id));
    state.journal = [...kept, ...entries].sort((a, b) => a.at - b.at || a.seq - b.seq).slice(-1000);
    state.counts = counts;
  },
};

/** Take in one change the server told. */
export function apply(told) {
  appliers[told.kind]?.(told);
  changed();
}

function drawnAnew(before, after) {
  const content = ({ text, blocks, attachments }) => JSON.stringify([text, blocks, attachments]);
  return content(before) !== content(after);
}

// A message that was drawn anew by its app shows what the app says, not what was chosen before.
function forgetChoices(channel, ts) {
  const prefix = `${channel}/${ts}/`;
  for (const map of [ui.chosen, ui.warnings]) {
    for (const key of map.keys()) if (key.startsWith(prefix)) map.delete(key);
  }
}

function byTs(a, b) {
  return a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0;
}
