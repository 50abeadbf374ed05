// Conditions as rows: field, comparison, value. What rows cannot say is left alone. Without DOM.
// Types: text number date list bool choice unit time datetime, as in docs/expressions.md; the last ones are texts, of one
// writing or with known values.

const COMPARISONS = {
  text: ['eq', 'ne', 'has', 'blank', 'filled'],
  choice: ['eq', 'ne', 'in', 'blank', 'filled'],
  unit: ['eq', 'ne', 'in', 'blank', 'filled'],
  number: ['gt', 'ge', 'lt', 'le', 'eq', 'ne', 'blank', 'filled'],
  date: ['after', 'since', 'before', 'until', 'eq', 'ne', 'blank', 'filled'],
  time: ['after', 'since', 'before', 'until', 'eq', 'ne', 'blank', 'filled'],
  datetime: ['after', 'since', 'before', 'until', 'eq', 'ne', 'blank', 'filled'],
  list: ['has', 'hasnt', 'blank', 'filled'],
  bool: ['true', 'false', 'blank'],
  any: ['blank', 'filled'],
};
export const COMPARED = ['number', 'date']; // types that may be compared with another field
const SIGNS = { eq: '==', ne: '!=', gt: '>', ge: '>=', lt: '<', le: '<=', after: '>', since: '>=', before: '<', until: '<=' };
const BY_SIGN = { '==': 'eq', '!=': 'ne', '>': 'gt', '>=': 'ge', '<': 'lt', '<=': 'le' };
const BY_SIGN_OF_DATES = { ...BY_SIGN, '>': 'after', '>=': 'since', '<': 'before', '<=': 'until' };

export const comparisonsOf = (type) => COMPARISONS[type] || COMPARISONS.any;
export const needsValue = (op) => !['true', 'false', 'blank', 'filled'].includes(op);

const variable = (part) => {
  if (!part || typeof part !== 'object' || Object.keys(part).length !== 1 || !('var' in part)) return null;
  const name = Array.isArray(part.var) ? part.var[0] : part.var;
  return typeof name === 'string' && (!Array.isArray(part.var) || part.var.length === 1) ? name : null;
};
/** Whether the value of a row is another field: `{var: name}`. */
export const isField = (value) => Boolean(value) && typeof value === 'object' && 'var' in value;
const listOf = (given) => (Array.isArray(given) ? given : [given]);
const single = (part) => (part && typeof part === 'object' && !Array.isArray(part) && Object.keys(part).length === 1 ? Object.entries(part)[0] : null);

/** One row as an expression; a row that is not finished gives undefined. */
export function expressionOf(row) {
  if (!row.name) return undefined;
  const field = { var: row.name };
  switch (row.op) {
    case 'true': return { '==': [field, true] };
    case 'false': return { '==': [field, false] };
    case 'blank': return { blank: field };
    case 'filled': return { '!': { blank: field } };
    default:
  }
  if (row.value === undefined || row.value === '' || row.value === null || (Array.isArray(row.value) && !row.value.length)) return undefined;
  if (row.op === 'in') return { in: [field, listOf(row.value)] };
  if (row.op === 'has') return { in: [row.value, field] };
  if (row.op === 'hasnt') return { '!': { in: [row.value, field] } };
  if (isField(row.value)) return { [SIGNS[row.op] || '==']: [field, { var: row.value.var }] };
  const value = row.type === 'date' ? (row.value === 'today' ? { today: [] } : { date: row.value }) : row.value;
  return { [SIGNS[row.op] || '==']: [field, value] };
}

/** An expression as one row, or null. `typeOf(name)` → type of the field. */
export function rowOf(expression, typeOf) {
  const bare = variable(expression);
  if (bare !== null) return { name: bare, op: 'true', type: typeOf(bare) };
  const entry = single(expression);
  if (!entry) return null;
  const [operator, given] = entry;
  const parts = listOf(given);
  if (operator === '!') {
    const inner = single(parts[0]);
    if (!inner || parts.length !== 1) return null;
    const row = rowOf(parts[0], typeOf);
    if (inner[0] === 'blank' && row) return { ...row, op: 'filled' };
    if (inner[0] === 'in' && row && row.op === 'has' && row.type === 'list') return { ...row, op: 'hasnt' };
    return null;
  }
  if (operator === 'blank') {
    const name = variable(parts[0]);
    return name === null || parts.length !== 1 ? null : { name, op: 'blank', type: typeOf(name) };
  }
  if (parts.length !== 2) return null;
  if (operator === 'in') {
    const left = variable(parts[0]);
    const right = variable(parts[1]);
    if (left !== null && Array.isArray(parts[1]) && parts[1].every((one) => typeof one === 'string')) {
      return { name: left, op: 'in', value: parts[1], type: typeOf(left) };
    }
    if (right !== null && typeof parts[0] === 'string') return { name: right, op: 'has', value: parts[0], type: typeOf(right) };
    return null;
  }
  const name = variable(parts[0]);
  if (name === null || !(operator in BY_SIGN)) return null;
  const type = typeOf(name);
  let value = parts[1];
  if (typeof value === 'boolean') {
    if (operator === '==') return { name, op: value ? 'true' : 'false', type };
    return null;
  }
  const dated = single(value);
  if (dated && dated[0] === 'date' && typeof listOf(dated[1])[0] === 'string') [value] = listOf(dated[1]);
  else if (dated && dated[0] === 'today') value = 'today';
  else if (variable(value) !== null && COMPARED.includes(type)) value = { var: variable(value) };
  else if (value === null || typeof value === 'object') return null;
  return { name, op: (['date', 'time', 'datetime'].includes(type) ? BY_SIGN_OF_DATES : BY_SIGN)[operator], value, type };
}

/** {all, rows} of an expression; null when rows cannot say it. Nothing yet: no rows. */
export function parse(expression, typeOf) {
  if (expression === undefined || expression === null) return { all: true, rows: [] };
  const entry = single(expression);
  if (entry && (entry[0] === 'and' || entry[0] === 'or')) {
    const rows = listOf(entry[1]).map((one) => rowOf(one, typeOf));
    return rows.every(Boolean) ? { all: entry[0] === 'and', rows } : null;
  }
  const row = rowOf(expression, typeOf);
  return row ? { all: true, rows: [row] } : null;
}

/** The expression that finished rows amount to; undefined for none. */
export function build({ all, rows }) {
  const parts = rows.map(expressionOf).filter((one) => one !== undefined);
  if (!parts.length) return undefined;
  return parts.length === 1 ? parts[0] : { [all ? 'and' : 'or']: parts };
}

/** The type for the builder of a field of a form: choice and unit are texts with known values. */
export function builderType(field) {
  if (field.options) return field.type === 'list' ? 'list' : 'choice';
  if (['unit', 'time', 'datetime'].includes(field.kind)) return field.kind;
  return field.type || 'any';
}
