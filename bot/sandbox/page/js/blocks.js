// Block Kit blocks, drawn. `ctx` says where the blocks are and what their elements show and do (see context.js).
import { h, names } from "./dom.js";
import { element } from "./elements.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";
import { linkNode } from "./mention.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { richText } from "./richtext.js";

export function blocks(list, ctx) {
  return h(
    "div",
    { class: "blocks" },
    (list || []).map((block, i) => h("div", blockProps(block, i), drawn(block, ctx))),
  );
}

function blockProps(block, i) {
  return { key: block.block_id || `#${i}`, class: `block block-${block.type}`, "data-block-id": block.block_id };
}

function drawn(block, ctx) {
  return (DRAWINGS[block.type] || unknown)(block, ctx);
}

/** A text object: mrkdwn or plain_text. */
export function text(object) {
  if (!object) return null;
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plain(object.text, object.emoji !== false).map(withBreaks);
}

function withBreaks(node) {
  if (typeof node !== "string") return node;
  return node.split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line]));
}

const DRAWINGS = {
  section,
  header: (block) => h("h3", { class: `header level-${block.level || 1}` }, text(block.text)),
  divider: () => h("hr"),
  context,
  actions: (block, ctx) =>
    h(
      "div",
      { class: "actions" },
      (block.elements || []).map((one) => element(one, block, ctx)),
    ),
  context_actions: (block, ctx) =>
    h(
      "div",
      { class: "actions" },
      (block.elements || []).map((one) => element(one, block, ctx)),
    ),
  image: (block) => picture(block, block.title),
  input,
  rich_text: (block) => richText(block),
  markdown: (block) => h("div", { class: "markdown" }, markdown(block.text)),
  table,
  alert: (block) =>
    h("p", { class: `alert ${block.level || "default"}`, role: "note" }, icon("warn"), h("span", {}, text(block.text))),
  video: (block) => [
    h(
      "p",
      { class: "video-title" },
      isText(block.title_url) ? linkNode(block.title_url, [block.title?.text || ""]) : text(block.title),
    ),
    placeholder(block.alt_text, "Video"),
  ],
  file: (block) => h("p", { class: "not-drawn" }, icon("file"), ` Remote file ${block.external_id || ""}`),
};

function section(block, ctx) {
  const main = [
    block.text && h("div", { class: "section-text", dir: "auto" }, text(block.text)),
    block.fields &&
      h(
        "div",
        { class: "fields" },
        block.fields.map((field) => h("div", { class: "field", dir: "auto" }, text(field))),
      ),
  ];
  if (!block.accessory) return main;
  const accessory = block.accessory;
  const side = accessory.type === "image" ? thumbnail(accessory) : element(accessory, block, ctx);
  const wide = ["checkboxes", "radio_buttons"].includes(accessory.type);
  return h(
    "div",
    { class: names("section-row", wide && "wide") },
    h("div", { class: "section-main" }, main),
    h("div", { class: "accessory" }, side),
  );
}

function context(block) {
  const parts = (block.elements || []).map((one) =>
    one.type === "image" ? thumbnail(one, "context-image") : h("span", { class: "context-text", dir: "auto" }, text(one)),
  );
  return h("div", { class: "context" }, parts);
}

function input(block, ctx) {
  const one = block.element || {};
  const id = ctx.idOf(block, one);
  const error = ctx.errors[block.block_id];
  const hints = names(block.hint && `${id}-hint`, error && `${id}-error`);
  const grouped = ["checkboxes", "radio_buttons"].includes(one.type);
  const label = h(
    grouped ? "legend" : "label",
    { class: "label", id: `${id}-label`, for: grouped ? null : id },
    text(block.label),
    block.optional && h("span", { class: "optional" }, " (optional)"),
  );
  const content = [
    label,
    element(one, block, {
      ...ctx,
      inInput: true,
      describedBy: hints || null,
      labelledBy: `${id}-label`,
      invalid: Boolean(error),
    }),
    error && h("p", { class: "field-error", id: `${id}-error`, role: "alert" }, icon("warn"), error),
    block.hint && h("p", { class: "hint", id: `${id}-hint` }, text(block.hint)),
  ];
  return h(grouped ? "fieldset" : "div", { class: names("input", error && "has-error") }, content);
}

function table(block) {
  const align = (i) => block.column_settings?.[i]?.align || "left";
  const rows = (block.rows || []).map((row, r) =>
    h(
      "tr",
      {},
      row.map((cell, i) => h(r ? "td" : "th", { class: `align-${align(i)}` }, cellContent(cell))),
    ),
  );
  return h("div", { class: "table-frame" }, h("table", {}, h("tbody", {}, rows)));
}

function cellContent(cell) {
  return cell.type === "rich_text" ? richText(cell) : String(cell.text ?? cell.value ?? "");
}

const LOCAL = /^(data:image\/(png|jpe?g|gif);base64,|\/sandbox\/)/;

function picture(block, title) {
  const url = urlOf(block);
  const shown = LOCAL.test(url)
    ? h("img", { class: "picture", src: url, alt: block.alt_text, loading: "lazy" })
    : placeholder(block.alt_text, hostOf(url));
  return h("figure", {}, title && h("figcaption", {}, text(title)), shown);
}

function thumbnail(image, className = "thumbnail") {
  const url = urlOf(image);
  if (LOCAL.test(url)) return h("img", { class: className, src: url, alt: image.alt_text });
  return h(
    "span",
    {
      class: `${className} absent`,
      role: "img",
      "aria-label": image.alt_text,
      title: `${image.alt_text} (${hostOf(url)})`,
    },
    icon("image"),
  );
}

// Nothing is fetched from elsewhere: a picture on the web is stood in for.
function placeholder(alt, from) {
  return h(
    "span",
    { class: "picture absent", role: "img", "aria-label": alt || "Image" },
    icon("image"),
    h("span", { class: "absent-alt" }, alt || "Image"),
    from && h("span", { class: "absent-from" }, from),
  );
}

function urlOf(image) {
  if (isText(image.image_url)) return image.image_url;
  const file = image.slack_file || {};
  const id = file.id || /\b(F[A-Z0-9]{6,})\b/.exec(file.url || "")?.[1];
  return id ? `/sandbox/raw/${id}` : "";
}

function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}

function isText(value) {
  return typeof value === "string" && value !== "";
}

function unknown(block) {
  return h("p", { class: "not-drawn" }, icon("bolt"), ` A “${block.type}” block. This page does not draw it.`);
}
