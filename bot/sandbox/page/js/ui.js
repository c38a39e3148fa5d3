// Moving about: which channel, thread, tab or panel is open. The address in the browser follows.
import { act, read, tell } from "./live.js";
import { notify } from "./toast.js";
import { appChannel, changed, isAppChannel, loaded, state, ui } from "./store.js";

/** Show a channel, and count it as read. */
export function openChannel(id, tab = "messages") {
  const channel = state.channels[id];
  if (!channel) return;
  if (ui.channel !== id) {
    // The line above what was new stays until another channel is opened.
    ui.unread =
      channel.last_read > "0" && channel.unread ? { channel: id, from: channel.last_read, to: channel.last_ts } : null;
    ui.thread = null;
    ui.editing = null;
  }
  Object.assign(ui, { channel: id, tab, drawer: false });
  if (loaded(id).missing) tell({ open: id });
  markRead(id);
  remember();
  changed();
}

/** Show the app: its Home, or the direct messages with it. */
export async function openApp(tab = "home") {
  const channel = appChannel();
  Object.assign(ui, { channel: channel ? channel.id : "app", tab, thread: null, drawer: false });
  if (channel) {
    if (loaded(channel.id).missing) tell({ open: channel.id });
    if (tab === "messages") markRead(channel.id);
  }
  remember();
  changed();
  if (tab === "home") await act("opens_home");
  if (tab === "messages" && state.app.messages_tab) await act("opens_messages");
}

export function openTab(tab) {
  const channel = state.channels[ui.channel];
  if (ui.channel === "app" || isAppChannel(channel)) {
    openApp(tab);
    return;
  }
  ui.tab = tab;
  changed();
}

export function openThread(channel, ts) {
  if (ui.channel !== channel) openChannel(channel);
  ui.thread = ts;
  remember();
  changed();
}

export function closeThread() {
  ui.thread = null;
  remember();
  changed();
}

/** Go to a message, in its thread if it is a reply. */
export function openPermalink(channel, ts, thread = null) {
  openChannel(channel);
  if (thread && thread !== ts) openThread(channel, thread);
  ui.focusTs = ts;
  changed();
}

let readTold = ""; // the last place that was said to be read

export function markRead(id) {
  const channel = state.channels[id];
  if (!channel?.member || document.hidden || channel.last_read >= channel.last_ts) return;
  const told = `${id}/${channel.last_ts}`;
  if (told !== readTold) tell({ read: id });
  readTold = told;
}

export function openProfile(id) {
  ui.profile = id;
  changed();
}

/** Open a file or canvas over the page. */
export async function openFile(id) {
  const file = await read("file", { id });
  if (!file.ok) {
    notify(file.why, "bad");
    return;
  }
  ui.viewer = file;
  changed();
}

/** Start, or find, the direct messages with somebody. */
export async function openDirect(user) {
  const known = Object.values(state.channels).find(
    (c) => c.kind === "im" && c.members.includes(user) && c.members.includes(state.as),
  );
  if (known) return openChannel(known.id);
  const answer = await act("opens_dm", { user });
  if (answer.ok) ui.wanted = answer.channel;
  return changed();
}

/** Put where you are into the address, so that a reload and a copied link lead back. */
export function remember() {
  const url = new URL(location.href);
  url.searchParams.set("as", state.as);
  const onApp = ui.tab === "home" ? "home" : ui.channel;
  url.hash = ui.channel ? `#/${onApp}${ui.thread ? `/${ui.thread}` : ""}` : "";
  history.replaceState(null, "", url);
}

/** Go where the address says: a place, a thread, or a permalink; else to the first channel. */
export function restore() {
  const [path, query] = location.hash.slice(1).split("?");
  const [, link, place, ts] = path.match(/^\/(archives\/)?(\w+)(?:\/p?([\d.]+))?/) || [];
  const [, fileId] = path.match(/\/files\/(\w+)/) || [];
  if (place === "home" || place === "app") return void openApp(place === "home" ? "home" : "messages");
  if (!state.channels[place]) openFirst();
  if (place === "files" && fileId) return void openFile(fileId);
  if (!state.channels[place]) return undefined;
  if (ts && link) return openPermalink(place, dotted(ts), new URLSearchParams(query).get("thread_ts"));
  return ts ? openThread(place, ts) : openChannel(place);
}

/** Open the channel that everybody is in, else the first of one's own. */
export function openFirst() {
  const mine = Object.values(state.channels).filter((channel) => channel.member && !channel.is_archived);
  const first = mine.find((channel) => channel.is_general) || mine[0];
  if (first) openChannel(first.id);
}

function dotted(ts) {
  return ts.includes(".") ? ts : `${ts.slice(0, 10)}.${ts.slice(10)}`;
}
