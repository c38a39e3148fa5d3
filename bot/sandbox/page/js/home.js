// The app's own place: its Home, as it publishes it for the person you are, and what it says of itself.
import { blocks } from "./blocks.js";
import { viewContext } from "./context.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { state } from "./store.js";

export function home() {
  const view = state.home;
  if (!view) {
    return h(
      "div",
      { class: "app-home empty-home", key: "home" },
      h("p", { class: "empty" }, icon("home"), `${state.app.name} has not put anything here yet.`),
    );
  }
  return h(
    "div",
    {
      class: "app-home",
      key: `home/${view.id}`,
      role: "region",
      "aria-label": `${state.app.name} Home`,
      "data-view-id": view.id,
      tabindex: "0",
    },
    view.trouble && h("p", { class: "trouble", role: "alert" }, icon("warn"), view.trouble),
    blocks(view.body.blocks, viewContext(view)),
  );
}

export function aboutApp() {
  const { name, description, commands, shortcuts } = state.app;
  const rows = [
    ...commands.map((one) => [one.name, one.usage_hint, one.description]),
    ...shortcuts.map((one) => [
      one.name,
      one.type === "global" ? "from the + menu" : "from a message's ⋯ menu",
      one.description,
    ]),
  ];
  return h(
    "div",
    { class: "app-home", key: "about", role: "region", "aria-label": `About ${name}` },
    h("h2", {}, name),
    h("p", {}, description),
    h(
      "div",
      { class: "table-frame" },
      h(
        "table",
        {},
        h(
          "tbody",
          {},
          rows.map(([what, how, why]) =>
            h("tr", { key: what }, h("th", { scope: "row" }, what), h("td", {}, how), h("td", {}, why)),
          ),
        ),
      ),
    ),
  );
}
