// The question an app (or this page) asks before something is done.
import { text } from "./blocks.js";
import { dialogKeys, giveFocusBack, takeFocus } from "./dialog.js";
import { h, render } from "./dom.js";

/** Ask a confirm object; resolves to whether the person agreed. */
export function confirmed(confirm) {
  const root = document.getElementById("confirm");
  return new Promise((resolve) => {
    let box = null;
    const answer = (yes) => {
      render(root);
      giveFocusBack(box);
      resolve(yes);
    };
    const ref = (el) => {
      box = el;
      takeFocus(el);
    };
    render(root, h("div", { class: "overlay confirm-overlay", key: Math.random() }, confirmBox(confirm, answer, ref)));
  });
}

function confirmBox(confirm, answer, ref) {
  const props = {
    class: "dialog confirm",
    role: "alertdialog",
    "aria-modal": "true",
    "aria-labelledby": "confirm-title",
    "aria-describedby": "confirm-text",
    tabindex: "-1",
    ref,
    onkeydown: dialogKeys(() => answer(false)),
  };
  return h(
    "div",
    props,
    h("h2", { id: "confirm-title" }, text(confirm.title)),
    h("div", { id: "confirm-text", class: "confirm-text" }, text(confirm.text)),
    h(
      "div",
      { class: "dialog-buttons" },
      h(
        "button",
        { type: "button", class: "kit-button", onclick: () => answer(false) },
        text(confirm.deny) || "Cancel",
      ),
      h(
        "button",
        {
          type: "button",
          class: `kit-button ${confirm.style || "primary"}`,
          "data-autofocus": true,
          onclick: () => answer(true),
        },
        text(confirm.confirm) || "Yes",
      ),
    ),
  );
}

/** The same for a question of this page's own. */
export function ask(title, words, yes, style = "danger") {
  const plain = (value) => ({ type: "plain_text", text: value });
  return confirmed({ title: plain(title), text: plain(words), confirm: plain(yes), deny: plain("Cancel"), style });
}
