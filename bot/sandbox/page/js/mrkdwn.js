// Slack's mrkdwn, as stored (& < > escaped, mentions as tokens), made into nodes.
import { h } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { broadcastNode, channelNode, dateNode, groupNode, linkNode, userNode } from "./mention.js";

/** Nodes for a mrkdwn text, with code blocks, quotes and line breaks. */
export function mrkdwn(text) {
  const nodes = [];
  const fences = String(text).split("```");
  fences.forEach((piece, i) => {
    const isCode = i % 2 === 1 && i < fences.length - 1;
    if (isCode) nodes.push(h("pre", { class: "code-block" }, literal(piece.replace(/^\n/, "").replace(/\n$/, ""))));
    else nodes.push(...quotesAndLines(i % 2 === 1 ? "```" + piece : trimAround(piece, i, fences.length)));
  });
  return nodes;
}

/** Nodes for a plain_text object: only emoji are special. */
export function plain(text, withEmoji = true) {
  return withEmoji ? emojiIn(String(text)) : [String(text)];
}

/** What a stored text says, on one line and without marks, for previews and names. */
export function asWords(text) {
  const bare = String(text).replace(/<([^>]*)>/g, (_, token) => {
    const label = token.split("|")[1];
    return label ?? token.replace(/^[@#!]/, "").replace(/^(subteam|date)\^.*/, "");
  });
  return unescape(bare)
    .replace(/[*_~`]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

export function unescape(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

// A newline next to a code block belongs to the block.
function trimAround(piece, i, count) {
  let text = piece;
  if (i > 0) text = text.replace(/^\n/, "");
  if (i < count - 1) text = text.replace(/\n$/, "");
  return text;
}

function quotesAndLines(text) {
  if (!text) return [];
  const nodes = [];
  let quote = [];
  let lines = [];
  const endQuote = () => {
    if (quote.length) nodes.push(h("blockquote", {}, inlineLines(quote)));
    quote = [];
  };
  const endLines = () => {
    if (lines.length) nodes.push(...inlineLines(lines));
    lines = [];
  };
  const all = text.split("\n");
  for (let i = 0; i < all.length; i += 1) {
    const rest = all[i].match(/^(?:&gt;|>){3} ?([\s\S]*)$/);
    const one = all[i].match(/^(?:&gt;|>) ?([\s\S]*)$/);
    if (rest) {
      endLines();
      quote.push(rest[1], ...all.slice(i + 1));
      break;
    }
    if (one) {
      endLines();
      quote.push(one[1]);
    } else {
      endQuote();
      lines.push(all[i]);
    }
  }
  endQuote();
  endLines();
  return nodes;
}

function inlineLines(lines) {
  const nodes = [];
  lines.forEach((line, i) => {
    if (i) nodes.push(h("br"));
    nodes.push(...inline(line));
  });
  return nodes;
}

const CODE = /`([^`\n]+)`/;
const TOKEN = /<([^<>\n]+)>/;
const MARKS = { "*": "strong", _: "em", "~": "s" };
const MARK = /(^|[\s({["'.,;:!?/—–-])([*_~])(?=\S)((?:(?!\2).)*?\S)\2(?=$|[\s)}\]"'.,;:!?/—–*_~-])/u;

/** Nodes for one line. What comes first wins, so that marks inside code or links stay as they are. */
function inline(line) {
  const nodes = [];
  let rest = line;
  while (rest) {
    const found = earliest(rest);
    if (!found) break;
    const { at, length, node } = found;
    if (at) nodes.push(...words(rest.slice(0, at)));
    nodes.push(...node);
    rest = rest.slice(at + length);
  }
  if (rest) nodes.push(...words(rest));
  return nodes;
}

function earliest(text) {
  const found = [];
  const code = text.match(CODE);
  if (code) found.push({ at: code.index, length: code[0].length, node: [h("code", {}, literal(code[1]))] });
  const token = text.match(TOKEN);
  if (token) found.push({ at: token.index, length: token[0].length, node: tokenNodes(token[1]) });
  const mark = maskedMark(text);
  if (mark) found.push(mark);
  found.sort((a, b) => a.at - b.at);
  return found[0];
}

// Marks are looked for in a copy where tokens and code are blanked out: an underscore in a link is not italic.
function maskedMark(text) {
  const masked = text.replace(/<[^<>\n]+>|`[^`\n]+`/g, (whole) => "\u0000".repeat(whole.length));
  const mark = masked.match(MARK) || masked.match(/(\u0000)([*_~])(?=\S)((?:(?!\2).)*?\S)\2/);
  if (!mark) return null;
  const at = mark.index + mark[1].length;
  const length = mark[0].length - mark[1].length;
  const inner = text.slice(at + 1, at + length - 1);
  return { at, length, node: [h(MARKS[mark[2]], {}, inline(inner))] };
}

function tokenNodes(token) {
  const bar = token.indexOf("|");
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? "" : unescape(token.slice(bar + 1));
  if (target.startsWith("@")) return [userNode(target.slice(1), label)];
  if (target.startsWith("#")) return [channelNode(target.slice(1), label)];
  if (target.startsWith("!subteam^")) return [groupNode(target.slice(9), label)];
  if (target.startsWith("!date^")) return [dateNode(target.slice(6).split("^"), label)];
  if (target.startsWith("!")) return [broadcastNode(target.slice(1).split("^")[0])];
  return [linkNode(unescape(target), label ? emojiIn(label) : null)];
}

const URL_IN_TEXT = /\bhttps?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g;

function words(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(URL_IN_TEXT)) {
    nodes.push(...emojiIn(unescape(text.slice(from, match.index))), linkNode(unescape(match[0]), null));
    from = match.index + match[0].length;
  }
  return [...nodes, ...emojiIn(unescape(text.slice(from)))];
}

function literal(text) {
  const pieces = text.split(TOKEN).map((piece, i) => (i % 2 ? tokenNodes(piece) : [unescape(piece)]));
  return pieces.flat();
}

function emojiIn(text) {
  const nodes = [];
  text.split(/(:[a-z0-9_+'-]+(?:::skin-tone-[2-6])?:)/).forEach((piece, i) => {
    if (i % 2 === 0) {
      if (piece) nodes.push(piece);
      return;
    }
    nodes.push(emojiNode(piece.slice(1, -1)) || piece);
  });
  return nodes;
}

/** An emoji with its name for those who cannot see it; null when there is none of that name. */
export function emojiNode(name) {
  const sign = emojiOf(name);
  return sign && h("span", { class: "emoji", role: "img", "aria-label": `:${name}:`, title: `:${name}:` }, sign);
}
