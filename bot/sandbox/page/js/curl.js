// An entry of the journal as a command that does the same once more. Secrets stand in it as variables.

const SECRET = /\b(xox[a-z]-|xapp-)[\w-]+/g;
const SIGNED = ['-H "X-Slack-Request-Timestamp: $TIMESTAMP"', '-H "X-Slack-Signature: $SIGNATURE"'];
const FORM = "-H 'Content-Type: application/x-www-form-urlencoded; charset=utf-8'";
const JSON_TYPE = "-H 'Content-Type: application/json'";

/** Empty for what is no call that could be repeated. */
export function curl(entry) {
  const request = without(entry.request);
  if (entry.kind === "call") return entry.name.includes(".") ? call(entry.name, request) : "";
  if (entry.kind === "delivery") return delivery(entry, request);
  return "";
}

function call(method, args) {
  const token = method === "apps.connections.open" ? "$SLACK_APP_TOKEN" : "$SLACK_BOT_TOKEN";
  return lines([
    `curl -X POST "\${SLACK_API_URL}${method}"`,
    `-H "Authorization: Bearer ${token}"`,
    ...Object.entries(args).map(field),
  ]);
}

function delivery(entry, payload) {
  const head = ['curl -X POST "$BOT_URL/slack/events"', ...SIGNED];
  if (entry.about.startsWith("events api")) return lines([...head, JSON_TYPE, `--data ${quoted(text(payload))}`]);
  if (entry.about.startsWith("slash commands")) return lines([...head, FORM, ...Object.entries(payload).map(field)]);
  return lines([...head, FORM, field(["payload", payload])]);
}

function field([name, value]) {
  return `--data-urlencode ${quoted(`${name}=${text(value)}`)}`;
}

function without(value) {
  return JSON.parse(text(value), (name, inner) => {
    if (name === "token") return "$TOKEN";
    return typeof inner === "string" ? inner.replace(SECRET, "$TOKEN") : inner;
  });
}

function text(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function quoted(words) {
  return `'${words.replaceAll("'", "'\\''")}'`;
}

function lines(parts) {
  return parts.join(" \\\n  ");
}
