// The wire to the workspace: one WebSocket that tells what changed, and requests for what a person does.
import { notify } from "./toast.js";
import { apply, changed, state, ui } from "./store.js";

let socket = null;
let patience = 200;

/** Connect as `user` and stay connected. */
export function connect(user) {
  state.as = user;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/sandbox/live?as=${encodeURIComponent(user)}`);
  const mine = socket;
  mine.onmessage = (event) => {
    if (mine === socket) take(JSON.parse(event.data));
  };
  mine.onclose = () => {
    if (mine === socket) lost(user);
  };
}

function take(told) {
  if (told.kind === "state") {
    patience = 200;
    state.connected = true;
    for (const channel of Object.keys(state.messages)) {
      if (channel !== ui.channel) delete state.messages[channel];
    }
    if (ui.channel) tell({ open: ui.channel });
  }
  apply(told);
}

function lost(user) {
  state.connected = false;
  changed();
  setTimeout(() => connect(user), patience);
  patience = Math.min(patience * 2, 3000);
}

/** Be somebody else, from now on. */
export function reconnectAs(user) {
  const old = socket;
  socket = null;
  old?.close();
  Object.assign(state, { messages: {}, ready: false, modals: [], home: null });
  connect(user);
}

/** Drop the connection, as a bad network would; for trying out that nothing is lost. */
export function hangUp() {
  socket?.close();
}

/** Say something to the server over the wire: which channel is open, how far it was read. */
export function tell(what) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { ok: false, why: "The workspace does not answer. Is the sandbox still running?" };
  }
}

/** Do `act` as the person you are. What cannot be done is said to them; the answer comes back either way. */
export async function act(name, args = {}) {
  const answer = await post("/sandbox/act", { who: state.as, act: name, args });
  if (!answer.ok) notify(answer.why || "That did not work.", "bad");
  return answer;
}

/** Do `act` while `key` counts as pending; what the app failed to do is kept as a warning at that key. */
export async function actAt(key, name, args) {
  ui.pending.add(key);
  ui.warnings.delete(key);
  changed();
  const answer = await act(name, args);
  ui.pending.delete(key);
  if (answer.ok && answer.trouble) ui.warnings.set(key, answer.trouble);
  changed();
  return answer;
}

export async function setClock(change) {
  const answer = await post("/sandbox/clock", change);
  if (!answer.ok) notify(answer.why, "bad");
}

/** Switch trouble on or off, or make it once; what cannot be done is said. */
export async function disturb(what, on = true) {
  const answer = await post("/sandbox/trouble", { what, on });
  if (!answer.ok) notify(answer.why, "bad");
  return answer;
}

/** Read something once: a file, a journal entry, option suggestions. */
export async function read(path, query = {}) {
  const asked = new URLSearchParams({ as: state.as, ...query });
  try {
    const answer = await fetch(`/sandbox/${path}?${asked}`);
    return await answer.json();
  } catch {
    return { ok: false, why: "The workspace does not answer." };
  }
}
