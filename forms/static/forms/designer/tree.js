// The document as a tree of cards, without DOM. A shape says where its sequences are:
// `root(doc)` → list, `lanes(node)` → [{owner, list}], `keyOf(node)` and `laneKey(node, owner)` → text.

/** Every card and every lane with its place: key → {key, node, list, position, above, number, lane, owner}. */
export function index(shape, doc) {
  const found = new Map();
  const add = (entry) => {
    let key = entry.key;
    for (let n = 2; found.has(key); n += 1) key = `${entry.key}~${n}`; // documents with repeated ids must open too
    found.set(key, { ...entry, key });
    return found.get(key);
  };
  const walk = (list, above, prefix) => list.forEach((node, position) => {
    const number = `${prefix}${position + 1}`;
    const here = add({ key: shape.keyOf(node), node, list, position, above, number });
    shape.lanes(node).forEach((lane, turn) => {
      const named = shape.laneKey(node, lane.owner);
      if (named) add({ key: named, node: lane.owner, owner: node, turn, above: [...above, here], number });
      const letter = shape.lanes(node).length > 1 ? String.fromCharCode(65 + turn) : '';
      walk(lane.list, [...above, { ...here, lane: lane.owner, inner: lane.list }], `${number}${letter}.`);
    });
  });
  walk(shape.root(doc), [], '');
  return found;
}

/** The list at an address: `{parent: key of a card or lane or null}`. */
export function listAt(shape, doc, parent) {
  if (!parent) return shape.root(doc);
  const entry = index(shape, doc).get(parent);
  if (!entry) return null;
  if (entry.owner) return shape.lanes(entry.owner)[entry.turn].list;
  return shape.lanes(entry.node)[0]?.list ?? null;
}

/** Whether `list` lies inside the card `node`. */
export function contains(shape, node, list) {
  return shape.lanes(node).some((lane) => lane.list === list || lane.list.some((one) => contains(shape, one, list)));
}

/** Moves a card to a position of a list; false when that would change nothing or put it into itself. */
export function move(shape, entry, list, position) {
  if (contains(shape, entry.node, list)) return false;
  const to = list === entry.list && entry.position < position ? position - 1 : position;
  if (list === entry.list && to === entry.position) return false;
  entry.list.splice(entry.position, 1);
  list.splice(to, 0, entry.node);
  return true;
}

/** `base`, or `base_2`, `base_3` … whichever is not taken. */
export function freshId(base, taken) {
  if (!taken.has(base)) return base;
  let n = 2;
  while (taken.has(`${base}_${n}`)) n += 1;
  return `${base}_${n}`;
}

export const copyOf = (value) => JSON.parse(JSON.stringify(value));

/** The value at `a.b.c` of an object, or undefined. */
export function valueAt(object, path) {
  return path.split('.').reduce((value, name) => (value === null || value === undefined ? undefined : value[name]), object);
}

/** Sets `a.b.c`; undefined removes it, and with it every object that it leaves empty. */
export function setAt(object, path, value) {
  const [name, ...rest] = path.split('.');
  if (!rest.length) {
    if (value === undefined) delete object[name]; else object[name] = value;
    return;
  }
  const inner = object[name];
  const made = inner !== null && typeof inner === 'object' ? inner : {};
  setAt(made, rest.join('.'), value);
  if (Object.keys(made).length) object[name] = made; else delete object[name];
}

/** A text of the document in the reader's language. */
export function words(text, language = 'zh-hans') {
  if (typeof text === 'string') return text;
  if (!text || typeof text !== 'object') return '';
  return text[language] || text['zh-hans'] || text.en || Object.values(text)[0] || '';
}

/** The cards that a problem's place names: `steps[1].branches[0].when` → {nodes: [objects on the way], rest}. */
export function nodesOnTheWay(doc, place) {
  const parts = String(place).match(/[^.[\]]+|\[\d+\]/g) || [];
  const nodes = [];
  let value = doc;
  let rest = [];
  for (const part of parts) {
    value = value === null || value === undefined ? undefined : value[part.startsWith('[') ? Number(part.slice(1, -1)) : part];
    rest.push(part);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) { nodes.push(value); if (value.id) rest = []; }
  }
  return { nodes, rest: rest.join('.') };
}
