// Calculations as terms one below the other, worked out from top to bottom. What terms cannot say is left alone. Without DOM.
// A term: {sign: + - * /} before all but the first, and what it reads:
//   {is: 'field' | 'sum' | 'count', name}, {is: 'constant', value}, {is: 'days' | 'years', from, to} with names or TODAY.

export const SIGNS = ['+', '-', '*', '/'];
export const TODAY = 'today';
export const SPANS = { days: 'days_between', years: 'years_between' };
const READS = { sum: 'sum', count: 'length' };

const listOf = (given) => (Array.isArray(given) ? given : [given]);
const entryOf = (part) => (part && typeof part === 'object' && !Array.isArray(part) && Object.keys(part).length === 1 ? Object.entries(part)[0] : null);
const nameIn = (part) => { const entry = entryOf(part); return entry && entry[0] === 'var' && typeof entry[1] === 'string' ? entry[1] : null; };
const isToday = (part) => { const entry = entryOf(part); return Boolean(entry) && entry[0] === 'today' && listOf(entry[1]).length === 0; };
const dayIn = (part) => (isToday(part) ? TODAY : nameIn(part));
const dayOf = (name) => (name === TODAY ? { today: [] } : { var: name });
const keyOf = (table, value) => Object.keys(table).find((key) => table[key] === value);

/** What one term reads, of an expression; null when no term can say it. */
export function operandOf(part) {
  if (typeof part === 'number') return { is: 'constant', value: part };
  if (nameIn(part) !== null) return { is: 'field', name: nameIn(part) };
  const [operator, given] = entryOf(part) || [];
  const parts = listOf(given);
  const read = keyOf(READS, operator);
  if (read && parts.length === 1 && nameIn(parts[0]) !== null) return { is: read, name: nameIn(parts[0]) };
  const span = keyOf(SPANS, operator);
  if (span && parts.length === 2 && parts.every((one) => dayIn(one) !== null)) return { is: span, from: dayIn(parts[0]), to: dayIn(parts[1]) };
  return null;
}

/** A term as an expression; undefined while it is not finished. */
export function expressionOf(term) {
  if (term.is === 'constant') return typeof term.value === 'number' ? term.value : undefined;
  if (term.is in SPANS) return term.from && term.to ? { [SPANS[term.is]]: [dayOf(term.from), dayOf(term.to)] } : undefined;
  if (!term.name) return undefined;
  return term.is === 'field' ? { var: term.name } : { [READS[term.is]]: { var: term.name } };
}

function chainOf(part) {
  const alone = operandOf(part);
  if (alone) return [alone];
  const [sign, given] = entryOf(part) || [];
  if (!SIGNS.includes(sign) || !Array.isArray(given) || given.length < 2) return null;
  const [first, ...others] = given;
  const begin = chainOf(first);
  const rest = others.map(operandOf);
  if (begin && rest.every(Boolean)) return [...begin, ...rest.map((one) => ({ sign, ...one }))];
  if (given.length > 2 || !['+', '*'].includes(sign)) return null;
  const [head, turned] = [operandOf(first), chainOf(others[0])]; // a + (b × c) is b × c + a
  return head && turned ? [...turned, { sign, ...head }] : null;
}

/** {terms, places} of a number; null when terms cannot say it. `places`: to how many it is rounded, undefined for not. */
export function parseNumber(expression) {
  if (expression === undefined || expression === null) return { terms: [], places: undefined };
  const [operator, given] = entryOf(expression) || [];
  const [inside, places = 0] = listOf(given);
  const isRounded = operator === 'round' && Number.isInteger(places) && listOf(given).length < 3;
  const terms = chainOf(isRounded ? inside : expression);
  return terms && { terms, places: isRounded ? places : undefined };
}

/** The expression that the finished terms of a number amount to; undefined for none. */
export function buildNumber({ terms, places }) {
  const whole = terms.reduce((made, term) => {
    const part = expressionOf(term);
    if (part === undefined) return made;
    if (made === undefined) return part;
    const entry = entryOf(made);
    const isLonger = entry && entry[0] === term.sign && ['+', '*'].includes(term.sign) && Array.isArray(entry[1]);
    return { [term.sign || '+']: isLonger ? [...entry[1], part] : [made, part] };
  }, undefined);
  return whole === undefined || places === undefined ? whole : { round: [whole, places] };
}

/** {from, days} of a day: a name or TODAY, and the term of the days added to it; null when that cannot say it. */
export function parseDay(expression) {
  if (expression === undefined || expression === null) return { from: '', days: null };
  if (dayIn(expression) !== null) return { from: dayIn(expression), days: null };
  const [operator, given] = entryOf(expression) || [];
  const [from, days] = listOf(given);
  if (operator !== 'add_days' || dayIn(from) === null || !operandOf(days)) return null;
  return { from: dayIn(from), days: operandOf(days) };
}

/** The expression of a day; undefined for none. */
export function buildDay({ from, days }) {
  if (!from) return undefined;
  const added = days ? expressionOf(days) : undefined;
  return added === undefined ? dayOf(from) : { add_days: [dayOf(from), added] };
}

/** The parts of a text, {is: 'field', name} or {is: 'words', value}, one after the other; null when they cannot say it. */
export function parseText(expression) {
  if (expression === undefined || expression === null) return [];
  const [operator, given] = entryOf(expression) || [];
  const parts = operator === 'cat' ? listOf(given) : [expression];
  const found = parts.map((one) => (typeof one === 'string' ? { is: 'words', value: one } : nameIn(one) === null ? null : { is: 'field', name: nameIn(one) }));
  return found.every(Boolean) ? found : null;
}

/** The expression of a text; undefined for none. */
export function buildText(parts) {
  const made = parts.map((one) => (one.is === 'words' ? one.value || undefined : one.name ? { var: one.name } : undefined)).filter((one) => one !== undefined);
  if (!made.length) return undefined;
  return made.length === 1 ? made[0] : { cat: made };
}
