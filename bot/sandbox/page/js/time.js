// Moments, in the zone of the person you are. A moment is Unix seconds.

const cache = new Map();

function format(tz, options) {
  const key = tz + JSON.stringify(options);
  if (!cache.has(key)) cache.set(key, new Intl.DateTimeFormat("en-US", { timeZone: tz, ...options }));
  return cache.get(key);
}

function parts(at, tz) {
  const found = {};
  const options = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  };
  for (const { type, value } of format(tz, options).formatToParts(new Date(at * 1000))) found[type] = value;
  return found;
}

/** The calendar day, "2026-03-04". */
export function dayOf(at, tz) {
  const { year, month, day } = parts(at, tz);
  return `${year}-${month}-${day}`;
}

/** "14:05" */
export function timeOf(at, tz) {
  const { hour, minute } = parts(at, tz);
  return `${hour}:${minute}`;
}

export function timeWithSeconds(at, tz) {
  return `${timeOf(at, tz)}:${parts(at, tz).second}`;
}

/** "Wednesday, March 4th" with the year when it is another one; "Today" and "Yesterday" where they fit. */
export function dayLabel(at, tz, now) {
  return near(at, tz, now) || longDay(at, tz, now);
}

export function longDay(at, tz, now) {
  const date = new Date(at * 1000);
  const weekday = format(tz, { weekday: "long" }).format(date);
  const month = format(tz, { month: "long" }).format(date);
  const { year, day } = parts(at, tz);
  const shown = year === parts(now, tz).year ? "" : `, ${year}`;
  return `${weekday}, ${month} ${ordinal(Number(day))}${shown}`;
}

function near(at, tz, now) {
  const day = dayOf(at, tz);
  if (day === dayOf(now, tz)) return "Today";
  if (day === dayOf(now - 86400, tz)) return "Yesterday";
  if (day === dayOf(now + 86400, tz)) return "Tomorrow";
  return "";
}

function ordinal(n) {
  const tens = n % 100;
  if (tens >= 11 && tens <= 13) return `${n}th`;
  return `${n}${{ 1: "st", 2: "nd", 3: "rd" }[n % 10] || "th"}`;
}

/** How long ago, as the client says it under a thread: "5 minutes ago", "today at 14:05". */
export function agoLabel(at, tz, now) {
  const minutes = Math.floor((now - at) / 60);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} minute${minutes === 1 ? "" : "s"} ago`;
  return `${(near(at, tz, now) || longDay(at, tz, now)).replace(/^(Today|Yesterday)$/, (w) => w.toLowerCase())} at ${timeOf(at, tz)}`;
}

/** The zone as people say it: "UTC+2". */
export function zoneLabel(tz, at) {
  const part = format(tz, { timeZoneName: "shortOffset" })
    .formatToParts(new Date(at * 1000))
    .find((p) => p.type === "timeZoneName");
  return (part ? part.value : tz).replace("GMT", "UTC").replace(/^UTC$/, "UTC±0");
}

/** The text of `<!date^at^template|…>`: each {token} in the reader's zone. */
export function slackDate(at, template, tz, now) {
  return template.replace(/\{(\w+)\}/g, (whole, token) => dateToken(token, at, tz, now) ?? whole);
}

function dateToken(token, at, tz, now) {
  const date = new Date(at * 1000);
  const { year, month, day } = parts(at, tz);
  const say = (options) => format(tz, options).format(date);
  const plain = {
    date_num: () => `${year}-${month}-${day}`,
    date_slash: () => `${month}/${day}/${year}`,
    date: () => `${say({ month: "long" })} ${ordinal(Number(day))}, ${year}`,
    date_short: () => say({ month: "short", day: "numeric", year: "numeric" }),
    date_long: () => `${say({ weekday: "long" })}, ${say({ month: "long" })} ${ordinal(Number(day))}, ${year}`,
    time: () => timeOf(at, tz),
    time_secs: () => timeWithSeconds(at, tz),
    ago: () => agoWords(at, now),
    day_divider_pretty: () => dayLabel(at, tz, now),
  };
  if (plain[token]) return plain[token]();
  if (!token.endsWith("_pretty")) return null;
  const base = plain[token.slice(0, -"_pretty".length)];
  return base ? near(at, tz, now).toLowerCase() || base() : null;
}

function agoWords(at, now) {
  const seconds = Math.abs(now - at);
  const units = [
    [86400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ];
  for (const [size, name] of units) {
    if (seconds < size) continue;
    const count = Math.floor(seconds / size);
    const words = `${count} ${name}${count === 1 ? "" : "s"}`;
    return at > now ? `in ${words}` : `${words} ago`;
  }
  return at > now ? "in a moment" : "just now";
}

/** "2026-03-04T14:05" on the wall of `tz`, for a date-and-time field. */
export function wallTime(at, tz) {
  return `${dayOf(at, tz)}T${timeOf(at, tz)}`;
}

/** The moment at which the wall of `tz` shows "2026-03-04T14:05". */
export function fromWallTime(wall, tz) {
  const asUtc = Date.parse(`${wall}:00Z`) / 1000;
  let guess = asUtc;
  for (let round = 0; round < 2; round += 1) {
    guess += asUtc - Date.parse(`${wallTime(guess, tz)}:00Z`) / 1000;
  }
  return guess;
}

/** How long, as a stopwatch shows it: "0:08", "3:40", "1:03:40", "2 d 3 h". */
export function span(seconds) {
  const all = Math.max(0, Math.ceil(seconds));
  const [days, hours, minutes] = [Math.floor(all / 86400), Math.floor(all / 3600) % 24, Math.floor(all / 60) % 60];
  if (days) return `${days} d ${hours} h`;
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`;
}
