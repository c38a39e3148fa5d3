// Markdown, as canvases, files and the markdown block carry it: headings, lists, tasks, tables, quotes, code.
import { h } from "./dom.js";
import { channelNode, groupNode, isWeb, linkNode, userNode } from "./mention.js";
import { plain } from "./mrkdwn.js";

/** Nodes for a Markdown text. HTML in it is shown as the text it is. */
export function markdown(text) {
  const lines = String(text).replace(/\r\n?/g, "\n").split("\n");
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const rule = RULES.find(([test]) => test(lines, at));
    const [node, next] = rule[1](lines, at);
    if (node) nodes.push(node);
    at = next;
  }
  return nodes;
}

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const ITEM = /^(\s*)([-*+•]|\d+[.)])\s+(.*)$/;
const LINE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const isTable = (lines, at) =>
  lines[at].includes("|") &&
  /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] ?? "") &&
  (lines[at + 1] ?? "").includes("-");

const RULES = [
  [(lines, at) => !lines[at].trim(), (lines, at) => [null, at + 1]],
  [(lines, at) => FENCE.test(lines[at]), fence],
  [(lines, at) => HEADING.test(lines[at]), heading],
  [(lines, at) => LINE.test(lines[at]), (lines, at) => [h("hr"), at + 1]],
  [(lines, at) => /^\s*>/.test(lines[at]), quote],
  [isTable, table],
  [(lines, at) => ITEM.test(lines[at]), list],
  [() => true, paragraph],
];

function fence(lines, at) {
  const mark = lines[at].match(FENCE)[1];
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
  return [h("pre", { class: "code-block" }, lines.slice(at + 1, end).join("\n")), end + 1];
}

function heading(lines, at) {
  const [, marks, text] = lines[at].match(HEADING);
  return [h(`h${marks.length}`, {}, inline(text)), at + 1];
}

function quote(lines, at) {
  let end = at;
  while (end < lines.length && /^\s*>/.test(lines[end])) end += 1;
  const inner = lines
    .slice(at, end)
    .map((line) => line.replace(/^\s*> ?/, ""))
    .join("\n");
  return [h("blockquote", {}, markdown(inner)), end];
}

function cells(line) {
  const bare = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return bare.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, "|"));
}

function table(lines, at) {
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|") && lines[end].trim()) end += 1;
  const head = h(
    "tr",
    {},
    cells(lines[at]).map((cell) => h("th", {}, inline(cell))),
  );
  const rows = lines.slice(at + 2, end).map((line) =>
    h(
      "tr",
      {},
      cells(line).map((cell) => h("td", {}, inline(cell))),
    ),
  );
  return [h("div", { class: "table-frame" }, h("table", {}, h("thead", {}, head), h("tbody", {}, rows))), end];
}

function list(lines, at) {
  const [, lead, mark] = lines[at].match(ITEM);
  const ordered = /\d/.test(mark);
  const items = [];
  let end = at;
  while (end < lines.length) {
    const item = lines[end].match(ITEM);
    if (!item || item[1].length < lead.length || (item[1].length === lead.length && /\d/.test(item[2]) !== ordered))
      break;
    if (item[1].length > lead.length + 1) {
      const [nested, next] = list(lines, end);
      items[items.length - 1].push(nested);
      end = next;
      continue;
    }
    items.push(task(item[3]));
    end += 1;
    // A wrapped line belongs to its item.
    while (end < lines.length && /^\s{2,}\S/.test(lines[end]) && !ITEM.test(lines[end])) {
      items[items.length - 1].push(" ", inline(lines[end].trim()));
      end += 1;
    }
  }
  const props = ordered ? { start: Number.parseInt(mark, 10) } : {};
  return [
    h(
      ordered ? "ol" : "ul",
      props,
      items.map((item) => h("li", {}, item)),
    ),
    end,
  ];
}

function task(text) {
  const box = text.match(/^\[([ xX])\]\s+(.*)$/);
  if (!box) return [inline(text)];
  return [
    h("input", { type: "checkbox", disabled: true, checked: box[1] !== " ", "aria-label": box[2] }),
    " ",
    inline(box[2]),
  ];
}

function paragraph(lines, at) {
  let end = at;
  while (end < lines.length && (end === at || RULES.slice(0, -1).every(([test]) => !test(lines, end)))) end += 1;
  const parts = lines.slice(at, end).flatMap((line, i) => (i ? [h("br"), ...inline(line)] : inline(line)));
  return [h("p", {}, parts), end];
}

const SPANS = [
  [/^\\([\\`*_{}[\]()#+\-.!|<>~])/, (m) => [m[1]]],
  [/^(`+)([\s\S]*?[^`])\1(?!`)/, (m) => [h("code", {}, m[2].trim())]],
  [/^!\[([^\]]*)\]\(([^)\s]+)\)/, (m) => mentionOr(m)],
  [
    /^\[([^\]]+)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/,
    (m) => [isWeb(m[2]) ? linkNode(m[2], inline(m[1])) : h("span", {}, inline(m[1]))],
  ],
  [/^<(https?:\/\/[^>\s]+)>/, (m) => [linkNode(m[1], null)]],
  [/^https?:\/\/[^\s<>"')\]]*[^\s<>"')\].,;:!?]/, (m) => [linkNode(m[0], null)]],
  [/^(\*\*|__)(?=\S)([\s\S]*?\S)\1/, (m) => [h("strong", {}, inline(m[2]))]],
  [/^\*(?=\S)([\s\S]*?\S)\*(?!\*)/, (m) => [h("em", {}, inline(m[1]))]],
  [/^_(?=\S)([\s\S]*?\S)_(?!\w)/, (m) => [h("em", {}, inline(m[1]))]],
  [/^~~?(?=\S)([\s\S]*?\S)~~?/, (m) => [h("s", {}, inline(m[1]))]],
];

// Canvases write a mention as an image: ![](@U123) or ![](#C123).
function mentionOr(m) {
  if (/^@[UW]/.test(m[2])) return [userNode(m[2].slice(1))];
  if (/^@S/.test(m[2])) return [groupNode(m[2].slice(1))];
  if (/^#C/.test(m[2])) return [channelNode(m[2].slice(1))];
  return [isWeb(m[2]) ? linkNode(m[2], [m[1] || m[2]]) : m[1]];
}

function inline(text) {
  const nodes = [];
  let rest = text;
  let held = "";
  let before = "";
  while (rest) {
    const found = find(rest, before);
    if (!found) {
      held += rest[0];
      before = rest[0];
      rest = rest.slice(1);
      continue;
    }
    if (held) nodes.push(...plain(held));
    held = "";
    nodes.push(...found[1](found[0]));
    before = found[0][0].slice(-1);
    rest = rest.slice(found[0][0].length);
  }
  if (held) nodes.push(...plain(held));
  return nodes;
}

function find(rest, before) {
  if (!/[\\`![<hH*_~]/.test(rest[0])) return null;
  for (const [pattern, make] of SPANS) {
    if (rest[0] === "_" && /\w/.test(before)) continue;
    const match = rest.match(pattern);
    if (match) return [match, make];
  }
  return null;
}
