// Expressions in the browser: the profile of docs/expressions.md, equal to forms/rules value by value and stop by stop.
// The server decides; this only shows at once what it will say.

export const MAX_DEPTH = 32, MAX_STEPS = 10_000, MAX_TEXT = 10_000, MAX_LIST = 1_000, MAX_DIGITS = 40;
const DIVISION_PLACES = 10, MAX_DAYS = 1_000_000n, DAY_MS = 86_400_000;

/** The expression is too deep, too long, or makes values that are too big. `limit` names which. */
export class BudgetExceeded extends Error {
  constructor(limit) {
    super(limit);
    this.limit = limit;
  }
}

/** The expression is not of the profile; publishing refuses such a definition. */
export class MalformedRule extends Error {}

/** An exact decimal: `units` × 10 ** -`places`, in its shortest form. */
export class Decimal {
  constructor(units, places) {
    while (places > 0 && units % 10n === 0n) {
      units /= 10n;
      places -= 1;
    }
    this.units = units;
    this.places = places;
  }

  toString() {
    const digits = (this.units < 0n ? -this.units : this.units).toString().padStart(this.places + 1, "0");
    const cut = digits.length - this.places;
    return (this.units < 0n ? "-" : "") + digits.slice(0, cut) + (this.places ? `.${digits.slice(cut)}` : "");
  }
}

/** A day of the calendar. `number`: days since 1970-01-01. */
export class Day {
  constructor(year, month, day) {
    Object.assign(this, { year, month, day });
    const moment = new Date(0);
    moment.setUTCFullYear(year, month - 1, day);
    this.number = Math.round(moment.getTime() / DAY_MS);
  }

  toString() {
    const padded = (value, width) => String(value).padStart(width, "0");
    return `${padded(this.year, 4)}-${padded(this.month, 2)}-${padded(this.day, 2)}`;
  }
}

const ten = (power) => 10n ** BigInt(power);
const whole = (number) => new Decimal(BigInt(number), 0);

/** A number as it is written: 12, -0.50, 1e-7; null for anything else. */
export function decimal(text) {
  const found = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (!found) return null;
  const [, sign, head, tail = "", exponent = "0"] = found;
  const places = tail.length - Number(exponent);
  const units = BigInt(sign + head + tail);
  if (Math.abs(places) > 400) return units === 0n ? whole(0) : stop("digits");
  return bounded(places >= 0 ? new Decimal(units, places) : new Decimal(units * ten(-places), 0));
}

/** The day that a text like 2026-09-11 names; null for anything else. */
export function day(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found) return null;
  const [year, month, date] = found.slice(1).map(Number);
  if (year < 1) return null;
  const made = dayOf(new Day(year, month, date).number);
  return made !== null && made.month === month && made.day === date ? made : null;
}

/** The day of 2026-09-30 or of the moment 2026-09-30T15:30. */
const dayIn = (text) => day(text.replace(/T(?:[01]\d|2[0-3]):[0-5]\d$/, ""));

function dayOf(number) {
  const moment = new Date(number * DAY_MS);
  const year = moment.getUTCFullYear();
  return year >= 1 && year <= 9999 ? new Day(year, moment.getUTCMonth() + 1, moment.getUTCDate()) : null;
}

function stop(limit) {
  throw new BudgetExceeded(limit);
}

function bounded(number) {
  if (number.units === 0n) return number;
  const digits = (number.units < 0n ? -number.units : number.units).toString();
  const kept = digits.replace(/0+$/, "").length;
  const exponent = digits.length - kept - number.places;
  const size = kept + exponent - 1;
  return kept > MAX_DIGITS || Math.abs(size) > MAX_DIGITS || exponent < -MAX_DIGITS ? stop("digits") : number;
}

function kindOf(value) {
  if (value === null) return "null";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "text";
  if (value instanceof Decimal) return "number";
  if (value instanceof Day) return "date";
  return Array.isArray(value) ? "list" : "row";
}

function lifted(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number.isFinite(value) ? decimal(String(value)) : null;
  if (typeof value === "string") return value.length > MAX_TEXT && length(value) > MAX_TEXT ? stop("text") : value;
  if (Array.isArray(value)) return value.length > MAX_LIST ? stop("list") : value.map(lifted);
  return value;
}

const length = (text) => [...text].length;

function aligned(left, right) {
  const places = Math.max(left.places, right.places);
  return [left.units * ten(places - left.places), right.units * ten(places - right.places), places];
}

function add(left, right) {
  const [one, other, places] = aligned(left, right);
  return new Decimal(one + other, places);
}

const negative = (number) => new Decimal(-number.units, number.places);

/** `units` / `by`, halves away from zero. */
function divided(units, by) {
  const isNegative = units < 0n !== by < 0n;
  const [over, under] = [units < 0n ? -units : units, by < 0n ? -by : by];
  const result = over / under + ((over % under) * 2n >= under ? 1n : 0n);
  return isNegative ? -result : result;
}

export function rounded(number, places) {
  if (number.places <= places) return number;
  return new Decimal(divided(number.units, ten(number.places - places)), places);
}

function divide(first, second) {
  if (second.units === 0n) return null;
  const units = divided(first.units * ten(second.places + DIVISION_PLACES), second.units * ten(first.places));
  return new Decimal(units, DIVISION_PLACES);
}

function compare(left, right) {
  const kind = kindOf(left);
  if (kind === "date") return left.number - right.number;
  if (kind === "number") {
    const [one, other] = aligned(left, right);
    return one < other ? -1 : one > other ? 1 : 0;
  }
  const [one, other] = [[...left], [...right]];
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    const apart = one[at].codePointAt(0) - other[at].codePointAt(0);
    if (apart) return apart;
  }
  return one.length - other.length;
}

function same(left, right) {
  const kind = kindOf(left);
  if (kind !== kindOf(right) || kind === "row") return false;
  if (kind === "list") return left.length === right.length && left.every((entry, at) => same(entry, right[at]));
  if (kind === "number" || kind === "date") return compare(left, right) === 0;
  return left === right;
}

const ordered = (test) => (...values) => {
  const kind = kindOf(values[0]);
  if (!["number", "text", "date"].includes(kind) || values.some((value) => kindOf(value) !== kind)) return null;
  return values.slice(1).every((value, at) => test(compare(values[at], value)));
};

const numbers = (work) => (...values) => {
  if (values.some((value) => !(value instanceof Decimal))) return null;
  const result = work(...values);
  return result === null ? null : bounded(result);
};

const between = (work) => (first, last) =>
  first instanceof Day && last instanceof Day ? whole(work(first, last)) : null;

const sum = (values) => values.reduce((total, value) => bounded(add(total, value)), whole(0));
const answered = (values) => (Array.isArray(values) ? values.filter((value) => value !== null) : null);

const extreme = (isBetter) => (values) => {
  const found = answered(values) ?? [];
  const kind = found.length ? kindOf(found[0]) : "null";
  if (!["number", "date"].includes(kind) || found.some((value) => kindOf(value) !== kind)) return null;
  return found.reduce((best, value) => (isBetter(compare(value, best)) ? value : best));
};

function contains(needle, haystack) {
  if (Array.isArray(haystack)) return haystack.some((entry) => same(needle, entry));
  return typeof haystack === "string" && typeof needle === "string" ? haystack.includes(needle) : null;
}

function joined(...values) {
  if (values.some((value) => value !== null && typeof value !== "string")) return null;
  const text = values.map((value) => value ?? "").join("");
  return text.length > MAX_TEXT && length(text) > MAX_TEXT ? stop("text") : text;
}

function addDays(start, days) {
  if (!(start instanceof Day) || !(days instanceof Decimal) || days.places) return null;
  return days.units > MAX_DAYS || days.units < -MAX_DAYS ? null : dayOf(start.number + Number(days.units));
}

const fullYears = (start, end) =>
  end.year - start.year - (end.month < start.month || (end.month === start.month && end.day < start.day) ? 1 : 0);

function asNumber(value) {
  if (value instanceof Decimal) return value;
  return typeof value === "string" && /^-?\d{1,30}(\.\d{1,10})?$/.test(value) ? decimal(value) : null;
}

const FUNCTIONS = {
  "!": (value) => (typeof value === "boolean" ? !value : null),
  "==": same,
  "!=": (left, right) => !same(left, right),
  "<": ordered((apart) => apart < 0),
  "<=": ordered((apart) => apart <= 0),
  ">": ordered((apart) => apart > 0),
  ">=": ordered((apart) => apart >= 0),
  blank: (value) => value === null || value === "" || (Array.isArray(value) && !value.length),
  "+": numbers((...values) => sum(values)),
  "-": numbers((first, second) => (second === undefined ? negative(first) : add(first, negative(second)))),
  "*": numbers((...values) =>
    values.reduce((product, value) => bounded(new Decimal(product.units * value.units, product.places + value.places)), whole(1)),
  ),
  "/": numbers(divide),
  round: numbers((number, places = whole(0)) =>
    places.places || places.units < 0n || places.units > 10n ? null : rounded(number, Number(places.units)),
  ),
  number: asNumber,
  sum: (values) => {
    const found = answered(values);
    return found === null || found.some((value) => !(value instanceof Decimal)) ? null : sum(found);
  },
  count: (values) => (Array.isArray(values) ? whole(answered(values).length) : null),
  min: extreme((apart) => apart < 0),
  max: extreme((apart) => apart > 0),
  in: contains,
  length: (value) => (typeof value === "string" ? whole(length(value)) : Array.isArray(value) ? whole(value.length) : null),
  cat: joined,
  date: (value) => (value instanceof Day ? value : typeof value === "string" ? dayIn(value) : null),
  add_days: addDays,
  days_between: between((start, end) => end.number - start.number),
  years_between: between(fullYears),
};

const MANY = Infinity;
const ARGUMENTS = {
  var: [1, 1], and: [1, MANY], or: [1, MANY], "!": [1, 1], if: [2, MANY], "==": [2, 2], "!=": [2, 2],
  "<": [2, 3], "<=": [2, 3], ">": [2, 3], ">=": [2, 3], blank: [1, 1], "+": [1, MANY], "-": [1, 2], "*": [1, MANY],
  "/": [2, 2], round: [1, 2], number: [1, 1], sum: [1, 1], count: [1, 1], min: [1, 1], max: [1, 1], in: [2, 2],
  length: [1, 1], cat: [1, MANY], today: [0, 0], date: [1, 1], add_days: [2, 2], days_between: [2, 2],
  years_between: [2, 2], all: [2, 2], some: [2, 2], none: [2, 2], filter: [2, 2], map: [2, 2],
};
const SCOPED = ["all", "some", "none", "filter", "map"];
const isRow = (value) => value !== null && typeof value === "object" && !Array.isArray(value) &&
  !(value instanceof Decimal) && !(value instanceof Day);
const own = (row, name) => (isRow(row) && Object.hasOwn(row, name) ? row[name] : null);
const part = (found, name) => (Array.isArray(found) ? found.map((row) => own(row, name)) : own(found, name));

/**
 * The value of an expression: null, boolean, Decimal, string, Day or list. A condition holds only if exactly true.
 * `data`: name → value, nested for dotted names; `today`: a Day. Throws BudgetExceeded and MalformedRule.
 */
export function evaluate(expression, data, today) {
  let steps = 0;

  function value(part, item, depth) {
    steps += 1;
    if (steps > MAX_STEPS) stop("steps");
    if (depth > MAX_DEPTH) stop("depth");
    if (Array.isArray(part)) {
      return part.length > MAX_LIST ? stop("list") : part.map((entry) => value(entry, item, depth + 1));
    }
    return isRow(part) ? operation(part, item, depth) : lifted(part);
  }

  function operation(part, item, depth) {
    const [name, given] = operatorOf(part);
    const work = (argument) => value(argument, item, depth + 1);
    if (name === "today") return today;
    if (name === "var") return variable(given[0], item);
    if (name === "and" || name === "or") return join(given, work, name === "or");
    if (name === "if") return choose(given, work);
    if (SCOPED.includes(name)) {
      const items = work(given[0]);
      if (!Array.isArray(items)) return null;
      const of = (entry) => value(given[1], { entry }, depth + 1);
      if (name === "map") return items.map(of);
      if (name === "filter") return items.filter((entry) => of(entry) === true);
      const result = join(items, of, name !== "all");
      return name === "none" && result !== null ? !result : result;
    }
    return FUNCTIONS[name](...given.map(work));
  }

  function variable(path, item) {
    if (typeof path !== "string") throw new MalformedRule("var takes one name");
    const [first, ...rest] = path.split(".");
    const found = first === "item" && item !== null ? item.entry : own(data, first);
    return lifted(rest.reduce(part, found));
  }

  return value(expression, null, 0);
}

function operatorOf(part) {
  const names = Object.keys(part);
  if (names.length !== 1) throw new MalformedRule("one operator per object");
  const [name] = names;
  if (!Object.hasOwn(ARGUMENTS, name)) throw new MalformedRule("unknown operator");
  const given = Array.isArray(part[name]) ? part[name] : [part[name]];
  const [least, most] = ARGUMENTS[name];
  if (given.length < least || given.length > most) throw new MalformedRule(`${name}: wrong number of arguments`);
  return [name, given];
}

function join(parts, work, stopAt) {
  let isUnknown = false;
  for (const part of parts) {
    const found = work(part);
    if (found === stopAt) return stopAt;
    if (found !== !stopAt) isUnknown = true;
  }
  return isUnknown ? null : !stopAt;
}

function choose(given, work) {
  for (let at = 0; at < given.length - 1; at += 2) {
    if (work(given[at]) === true) return work(given[at + 1]);
  }
  return given.length % 2 ? work(given[given.length - 1]) : null;
}
