// The rich_text block.
import { h, names } from "./dom.js";
import { broadcastNode, channelNode, dateNode, groupNode, linkNode, userNode } from "./mention.js";
import { emojiNode } from "./mrkdwn.js";

export function richText(block) {
  return lists(block.elements || []);
}

// Neighbouring lists of deeper indent belong inside the item before them; drawn flat with an indent, as the eye sees it.
function lists(elements) {
  return elements.map((element) => {
    switch (element.type) {
      case "rich_text_section":
        return h("div", { class: "rich-section" }, spans(element.elements));
      case "rich_text_list":
        return list(element);
      case "rich_text_preformatted":
        return h("pre", { class: "code-block" }, spans(element.elements));
      case "rich_text_quote":
        return h("blockquote", {}, spans(element.elements));
      default:
        return null;
    }
  });
}

function list({ style, indent = 0, offset = 0, border = 0, elements = [] }) {
  const tag = style === "ordered" ? "ol" : "ul";
  const props = {
    class: names("rich-list", border && "bordered"),
    style: { "--indent": indent },
    "data-indent": indent,
  };
  if (tag === "ol") props.start = offset + 1;
  return h(
    tag,
    props,
    elements.map((item) => h("li", {}, spans(item.elements))),
  );
}

function spans(elements) {
  return (elements || []).map((element) => styled(element, span(element)));
}

function span(element) {
  switch (element.type) {
    case "text":
      return withBreaks(element.text);
    case "link":
      return linkNode(element.url, element.text ? [element.text] : null);
    case "user":
      return userNode(element.user_id);
    case "usergroup":
      return groupNode(element.usergroup_id);
    case "channel":
      return channelNode(element.channel_id);
    case "emoji":
      return (
        emojiNode(element.name + (element.skin_tone ? `::skin-tone-${element.skin_tone}` : "")) || `:${element.name}:`
      );
    case "broadcast":
      return broadcastNode(element.range);
    case "date":
      return dateNode([element.timestamp, element.format, element.url], element.fallback || "");
    case "color":
      return h("span", { class: "color-chip" }, h("i", { style: { background: element.value } }), element.value);
    case "team":
      return h("span", { class: "mention" }, element.team_id);
    default:
      return null;
  }
}

function withBreaks(text) {
  return String(text)
    .split("\n")
    .flatMap((line, i) => (i ? [h("br"), line] : [line]));
}

function styled(element, content) {
  const style = element.style || {};
  let node = content;
  if (style.code) node = h("code", {}, node);
  if (style.strike) node = h("s", {}, node);
  if (style.italic) node = h("em", {}, node);
  if (style.bold) node = h("strong", {}, node);
  if (style.underline) node = h("u", {}, node);
  if (style.highlight || style.client_highlight) node = h("mark", {}, node);
  return node;
}
