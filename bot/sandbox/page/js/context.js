// Where blocks are, and what their elements show and do there: in a message, on a Home, in a modal.
import { act, actAt } from "./live.js";
import { changed, ui } from "./store.js";
import { fromState, toWire } from "./values.js";

/** For the blocks of a message. */
export function messageContext(channel, message) {
  return surface({
    key: `${channel}/${message.ts}`,
    where: { channel, ts: message.ts },
    kind: "message",
    values: message.values,
    errors: {},
  });
}

/** For the blocks of a Home or a modal; `view` as the server told it. */
export function viewContext(view) {
  return surface({
    key: viewKey(view.id),
    where: { view: view.id },
    kind: view.body.type,
    values: view.values,
    errors: view.errors || {},
  });
}

function viewKey(id) {
  return `view/${id}`;
}

function surface({ key, where, kind, values, errors }) {
  const place = (block, element) => `${key}/${block.block_id}/${element.action_id}`;
  return {
    key,
    where,
    kind,
    errors,
    inInput: false,
    idOf: (block, element) => place(block, element).replace(/[^\w-]/g, "_"),
    isPending: (block, element) => ui.pending.has(place(block, element)),
    warning: (block, element) => ui.warnings.get(place(block, element)),
    /** What the element shows: what was entered here, else what the server holds, else what the app preset. */
    value(block, element) {
      const chosen = ui.chosen.get(place(block, element));
      if (chosen !== undefined) return chosen;
      return fromState(element, values?.[block.block_id]?.[element.action_id]);
    },
    /** Enter a value. The server hears of it with the next thing that is done here. */
    set(block, element, value) {
      ui.chosen.set(place(block, element), value);
      ui.unsent.set(place(block, element), { name: nameOf(block, element), value: toWire(value) });
      changed();
    },
    /** Enter a value, or press, and let the app know. */
    async act(block, element, value) {
      const at = place(block, element);
      ui.unsent.delete(at);
      return actAt(at, "clicks", {
        where,
        name: nameOf(block, element),
        value: toWire(value),
        entered: takeUnsent(key),
      });
    },
    /** Ask the app for options that fit `typed`. */
    suggest(block, element, typed) {
      return act("looks_up", { where, name: nameOf(block, element), typed });
    },
  };
}

// Two blocks may use one action_id, so both ids are named.
function nameOf(block, element) {
  return `${block.block_id}/${element.action_id}`;
}

/** What was entered in `view` and not yet told: a list of {name, value}. It counts as told from now on. */
export function entriesOf(view) {
  return takeUnsent(viewKey(view.id));
}

function takeUnsent(key) {
  const taken = [];
  for (const [at, entry] of ui.unsent) {
    if (!at.startsWith(`${key}/`)) continue;
    taken.push(entry);
    ui.unsent.delete(at);
  }
  return taken;
}

const hashes = new Map(); // view id -> hash when last seen

/** A view its app has drawn anew shows what the server holds, save for what is being typed. Gone views are forgotten. */
export function settleViews(views) {
  const here = new Set(views.map((view) => view.id));
  for (const view of views) {
    if (hashes.has(view.id) && hashes.get(view.id) !== view.hash) forget(view.id);
    hashes.set(view.id, view.hash);
  }
  for (const id of hashes.keys()) {
    if (here.has(id)) continue;
    hashes.delete(id);
    for (const at of ui.unsent.keys()) if (at.startsWith(`${viewKey(id)}/`)) ui.unsent.delete(at);
    forget(id);
  }
}

function forget(id) {
  for (const map of [ui.chosen, ui.warnings]) {
    for (const at of map.keys()) if (at.startsWith(`${viewKey(id)}/`) && !ui.unsent.has(at)) map.delete(at);
  }
}
