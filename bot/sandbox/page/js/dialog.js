// What all dialogs share: focus goes in, stays in, and comes back.

const FOCUSABLE =
  'button:not([disabled]), [href], input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex]:not([tabindex="-1"])';
const returns = new WeakMap();

/** To be the `ref` of a dialog's element: remembers who had the focus and takes it. */
export function takeFocus(el) {
  returns.set(el, document.activeElement);
  queueMicrotask(() => {
    const wanted =
      el.querySelector("[data-autofocus]") ||
      el.querySelector("[data-body] input, [data-body] textarea, [data-body] button") ||
      el;
    wanted.focus({ preventScroll: wanted === el });
  });
}

/** Give the focus back to where it was before `el` took it. */
export function giveFocusBack(el) {
  const before = returns.get(el);
  if (before?.isConnected) before.focus();
}

/** To be the `onkeydown` of a dialog: Tab goes round inside it, Escape closes it. */
export function dialogKeys(close) {
  return (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
    if (event.key === "Tab") goRound(event);
  };
}

function goRound(event) {
  const stops = [...event.currentTarget.querySelectorAll(FOCUSABLE)].filter((el) => el.offsetParent !== null);
  if (!stops.length) return;
  const first = stops[0];
  const last = stops[stops.length - 1];
  if (event.shiftKey && (document.activeElement === first || document.activeElement === event.currentTarget)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}
