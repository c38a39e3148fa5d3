// A small virtual DOM. Everything on the page is drawn with `h`; text becomes text nodes and attributes are set
// by name, so nothing that a person or an app wrote is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "circle", "rect", "line", "g"]);
const PROPERTIES = new Set(["value", "checked", "disabled", "indeterminate", "scrollTop", "selected"]);

/** Describe an element. Props: attributes by name, `on…` functions, `key`, `ref(element)` called once it exists. */
export function h(tag, props, ...children) {
  return { tag, props: props || {}, key: props?.key ?? null, children: flat(children), el: null };
}

/** Describe something that is drawn again only when one of `deps` is another value than last time. */
export function lazy(key, deps, draw) {
  return { lazy: draw, deps, key, el: null };
}

/** Make the content of `root` be what `nodes` describes, keeping the elements (and so focus and scroll) that stay. */
export function render(root, ...nodes) {
  const next = flat(nodes);
  patchChildren(root, root.__nodes || [], next);
  root.__nodes = next;
}

function flat(children, into = []) {
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === true || child === "") continue;
    if (Array.isArray(child)) flat(child, into);
    else if (typeof child === "object") into.push(child);
    else into.push({ text: String(child), key: null, el: null });
  }
  return into;
}

function kindOf(node) {
  return node.text !== undefined ? "#text" : node.lazy ? "#lazy" : node.tag;
}

function patchChildren(parent, olds, news) {
  const keyed = new Map();
  const loose = [];
  for (const old of olds) {
    if (old.key !== null) keyed.set(old.key, old);
    else loose.push(old);
  }
  const kept = new Set();
  const pairs = news.map((node) => [node, partner(node, keyed, loose, kept)]);
  for (const old of olds) if (!kept.has(old)) old.el.remove();
  let cursor = parent.firstChild;
  for (const [node, old] of pairs) {
    const before = old?.el;
    if (old) update(old, node);
    else create(node);
    // What is drawn as another element now has taken the place of the one before.
    if (cursor === before) cursor = node.el;
    if (node.el === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node.el, cursor);
  }
}

function partner(node, keyed, loose, kept) {
  if (node.key !== null) {
    const old = keyed.get(node.key);
    if (!old || kept.has(old) || kindOf(old) !== kindOf(node)) return null;
    kept.add(old);
    return old;
  }
  const at = loose.findIndex((old) => kindOf(old) === kindOf(node));
  if (at < 0) return null;
  // Children keep their order: what was passed over is gone, and is not looked at again.
  const old = loose[at];
  loose.splice(0, at + 1);
  kept.add(old);
  return old;
}

function create(node) {
  if (node.text !== undefined) {
    node.el = document.createTextNode(node.text);
  } else if (node.lazy) {
    node.inner = node.lazy();
    create(node.inner);
    node.el = node.inner.el;
  } else {
    node.el = SVG_TAGS.has(node.tag) ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag);
    patchChildren(node.el, [], node.children);
    setProps(node.el, {}, node.props);
    if (node.props.ref) node.props.ref(node.el);
  }
}

function update(old, node) {
  node.el = old.el;
  if (node.text !== undefined) {
    if (old.text !== node.text) node.el.data = node.text;
  } else if (node.lazy) {
    updateLazy(old, node);
  } else {
    patchChildren(node.el, old.children, node.children);
    setProps(node.el, old.props, node.props);
  }
}

function updateLazy(old, node) {
  const same = old.deps.length === node.deps.length && old.deps.every((dep, i) => dep === node.deps[i]);
  if (same) {
    node.inner = old.inner;
    return;
  }
  node.inner = node.lazy();
  if (kindOf(old.inner) === kindOf(node.inner)) {
    update(old.inner, node.inner);
  } else {
    create(node.inner);
    old.inner.el.replaceWith(node.inner.el);
  }
  node.el = node.inner.el;
}

function setProps(el, before, after) {
  for (const name in before) if (!(name in after)) setProp(el, name, null);
  for (const name in after) {
    if (before[name] !== after[name] || PROPERTIES.has(name)) setProp(el, name, after[name]);
  }
}

function setProp(el, name, value) {
  if (name === "key" || name === "ref") return;
  if (name.startsWith("on")) {
    el[name] = value;
  } else if (PROPERTIES.has(name) && name in el) {
    const wanted = value ?? (name === "value" ? "" : false);
    if (el[name] !== wanted) el[name] = wanted;
  } else if (name === "style") {
    for (const rule in value || {}) el.style.setProperty(rule, value[rule]);
  } else if (value === null || value === undefined || value === false) {
    el.removeAttribute(name);
  } else {
    el.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Join class names, leaving out what is not there. */
export function names(...given) {
  return given.filter(Boolean).join(" ");
}
