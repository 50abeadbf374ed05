// Shows a form's own logic while it is filled in: what applies, what must be answered, what is worked out. The rules
// come with the form (data-logic, from forms/live.py); the server works everything out again.
import { day, decimal, Decimal, Day, evaluate, rounded } from "./rules.js";

const plain = (text) => text.normalize("NFKC").trim();
const textOf = (inputs) => plain(inputs.map((input) => input.value).join(""));
const ticked = (inputs) => inputs.filter((input) => input.checked).map((input) => input.value);

function chosen(inputs) {
  const value = inputs.some((input) => input.type === "radio") ? ticked(inputs)[0] : inputs[0]?.value;
  return value || null;
}

function written(text) {
  const digits = plain(text).replace(/[\s,¥]/g, "");
  return /^[+-]?\d{1,15}(\.\d{1,10})?$/.test(digits) ? decimal(digits.replace("+", "")) : null;
}

function minutes(inputs) {
  const [hours, rest] = inputs.map((input) => plain(input.value));
  if (!hours && !rest) return null;
  return /^\d*$/.test(hours) && /^\d*$/.test(rest) ? decimal(String(Number(hours || 0) * 60 + Number(rest || 0))) : null;
}

function dayWritten(text) {
  const found = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(plain(text));
  return found ? day(`${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}`) : null;
}

const UNSEEN = /^[\p{Cf}\p{Cc}\p{Z}\u115f\u1160\u2800\u3164\uffa0]*$/u;

/** As the server keeps a text: full-width letters stay what they are. */
function words(inputs) {
  const text = inputs.map((input) => input.value).join("").replace(/\r\n?/g, "\n").replace(/^((?!\ufeff)\s)+|((?!\ufeff)\s)+$/g, "");
  return UNSEEN.test(text) ? null : text.normalize("NFC");
}

const LARGEST = 10n ** 15n;
const isNumber = (found) => found instanceof Decimal && found.units < LARGEST * 10n ** BigInt(found.places) && found.units > -LARGEST * 10n ** BigInt(found.places);
const SUITS = { text: (found) => typeof found === "string", date: (found) => found instanceof Day, yes_no: (found) => typeof found === "boolean" };

const plainText = (inputs) => textOf(inputs) || null;

function matching(pattern, inputs) {
  const text = textOf(inputs);
  return pattern.test(text) ? text : null;
}

const PARTS = { duration: ["-hours", "-minutes"], quantity: ["-number"] };
const READERS = {
  integer: (inputs) => written(textOf(inputs)),
  decimal: (inputs) => written(textOf(inputs)),
  money: (inputs) => written(textOf(inputs)),
  date: (inputs) => dayWritten(textOf(inputs)),
  time: (inputs) => matching(/^([01]\d|2[0-3]):[0-5]\d$/, inputs),
  datetime: (inputs) => matching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, inputs),
  rating: (inputs) => written(chosen(inputs) ?? ""),
  quantity: (inputs) => written(textOf(inputs)),
  duration: minutes,
  choice: chosen,
  unit: chosen,
  venue: chosen,
  award: chosen,
  member: (inputs) => written(chosen(inputs) ?? ""),
  team: (inputs) => written(chosen(inputs) ?? ""),
  multi_choice: (inputs) => (ticked(inputs).length ? ticked(inputs) : null),
  yes_no: (inputs) => ({ yes: true, no: false })[chosen(inputs)] ?? null,
  consent: (inputs) => (ticked(inputs).length ? true : null),
  text: words,
  long_text: words,
};
function value(tagged) {
  if (Array.isArray(tagged)) return tagged.map(value);
  if (tagged === null || typeof tagged !== "object") return tagged;
  if ("row" in tagged) return Object.fromEntries(Object.entries(tagged.row).map(([name, part]) => [name, value(part)]));
  return "n" in tagged ? decimal(tagged.n) : day(tagged.d);
}

const grouped = (text) => text.replace(/^-?\d+/, (head) => head.replace(/\B(?=(\d{3})+$)/g, ","));

class Filling {
  constructor(root) {
    this.root = root;
    this.logic = JSON.parse(root.dataset.logic);
    this.today = day(this.logic.today);
    this.rows = new Map([...root.querySelectorAll("[data-field]")].map((row) => [row.dataset.field, row]));
    this.marks = new Map([...this.rows].map(([key, row]) => [key, row.querySelector("[data-mark]")]));
    this.parts = [...root.querySelectorAll(".form__part")].map((part) => [part, [...part.querySelectorAll("[data-field]")]]);
    this.found = new Map(); // key → inputs, looked for once: after each key there is little time
    const form = root.closest("form") ?? root;
    this.gone = new Map(); // element of a field → options that were chosen when other answers took them away
    for (const name of ["input", "change"]) {
      form.addEventListener(name, (event) => {
        this.gone.delete(event.target.closest("[data-cell], [data-field]"));
        this.show();
      });
    }
    form.addEventListener("reset", () => setTimeout(() => this.show()));
    this.show();
  }

  inputs(field, row) {
    const look = () => (PARTS[field.kind] ?? [""]).flatMap((part) => [...row.querySelectorAll(`[name="${CSS.escape(field.name + part)}"]`)]);
    if ("cell" in row.dataset) return look(); // rows come and go
    if (!this.found.has(field.key)) this.found.set(field.key, look());
    return this.found.get(field.key);
  }

  /** Works out every field in order and shows what came of it; a rule that cannot be worked out changes nothing. */
  show() {
    const { visible, data } = this.work(this.logic.fields, {}, this.root, this.logic.known);
    this.check(data);
    for (const [part, rows] of this.parts) {
      part.hidden = rows.length > 0 && rows.every((row) => visible.get(row) === false);
    }
  }

  place(field, root) {
    return root === this.root ? this.rows.get(field.key) : root.querySelector(`[data-cell="${CSS.escape(field.key)}"]`);
  }

  /** Works out the fields of the form, or of a row, in `root`; `known`: what is only read. */
  work(fields, data, root, known) {
    const visible = new Map();
    for (const field of fields) {
      const row = this.place(field, root);
      const applies = field.show.every((rule) => this.holds(rule, data)) && this.offer(field, data, row);
      if (applies) data[field.key] = field.columns && row ? this.rowsOf(field, data, row) : this.valueOf(field, data, row, known);
      if (!row) continue;
      row.hidden = !applies;
      visible.set(row, applies);
    }
    for (const field of fields) this.mark(field, data, root);
    return { visible, data };
  }

  /** What the rows of a group hold; null when there are none. The names of a row come before those around it. */
  rowsOf(field, data, group) {
    const around = Object.fromEntries(Object.entries(data).filter(([key]) => !field.columns.some((column) => column.key === key)));
    const all = [...group.querySelectorAll("[data-row]")].map((row) => {
      const id = row.dataset.row;
      const columns = field.columns.map((column) => ({ ...column, name: column.name && `${field.name}-${id}-${column.key}` }));
      const found = this.work(columns, { ...around }, row, field.known[id] ?? {}).data;
      return Object.fromEntries(columns.filter(({ key }) => key in found).map(({ key }) => [key, found[key]]));
    });
    const asked = field.columns.filter((column) => !("calc" in column)); // a row without an answer is none
    const rows = all.filter((row) => asked.some(({ key }) => (row[key] ?? null) !== null));
    return rows.length ? rows : null;
  }

  holds(rule, data) {
    try {
      return evaluate(rule, data, this.today) === true;
    } catch {
      return true;
    }
  }

  /** Shows the options that are on offer and takes back a choice that is not any more; false when none is. */
  offer(field, data, row) {
    if (!field.options || !row) return true;
    const inputs = this.inputs(field, row).flatMap((one) => (one.tagName === "SELECT" ? [...one.options] : [one])).filter((one) => one.value);
    const kept = inputs.filter((one) => !Object.hasOwn(field.options, one.value) || this.holds(field.options[one.value], data));
    const gone = new Set((this.gone.get(row) ?? []).filter((one) => !kept.includes(one)));
    if (!kept.length) return !inputs.length;
    for (const one of inputs) {
      const isKept = kept.includes(one);
      if (!isKept && (one.checked || one.selected)) {
        gone.add(one);
        one.checked = one.selected = false;
        if (one.parentElement.value === one.value) one.parentElement.value = "";
      }
      one.disabled = !isKept;
      (one.closest("label") ?? one).hidden = !isKept;
    }
    this.gone.set(row, [...gone]);
    const name = (one) => (one.nextElementSibling?.tagName === "SPAN" ? one.nextElementSibling.firstChild : one).textContent;
    this.tell(row, "gone", [...gone].map((one) => this.logic.words.gone.replace("{option}", name(one))));
    return true;
  }

  /** Says beside a field which checks its answers break: only what is false, never what is not answered yet. */
  check(data) {
    const broken = this.logic.checks.filter((one) => {
      try {
        return evaluate(one.rule, data, this.today) === false;
      } catch {
        return false;
      }
    });
    for (const key of new Set(this.logic.checks.map((one) => one.at))) {
      this.tell(this.rows.get(key), "check", broken.filter((one) => one.at === key).map((one) => one.message));
    }
  }

  /** Says something beside a field, or takes it back; what the server already says there is not said twice. */
  tell(row, topic, sentences) {
    let box = row?.querySelector(`[data-told=${topic}]`);
    if (!row || (!box && !sentences.length)) return;
    if (!box) {
      box = Object.assign(document.createElement("p"), { className: "error" });
      box.dataset.told = topic;
      box.setAttribute("role", "status");
      row.append(box);
    }
    const said = [...row.querySelectorAll(".error:not([data-told])")].map((one) => one.textContent.trim());
    const text = sentences.filter((one) => !said.includes(one)).join(" ");
    if (box.textContent !== text) box.textContent = text;
    box.hidden = !text;
  }

  valueOf(field, data, row, known) {
    if ("calc" in field) return this.calculated(field, data, row);
    const inputs = field.name && row ? this.inputs(field, row) : [];
    if (!inputs.length) return value(known[field.key] ?? null);
    return (READERS[field.kind] ?? plainText)(inputs);
  }

  calculated(field, data, row) {
    let found = null;
    try {
      found = evaluate(field.calc, data, this.today);
    } catch {
      return null;
    }
    if (!(SUITS[field.kind] ?? isNumber)(found)) found = null;
    if (found instanceof Decimal) found = rounded(found, field.places);
    const output = row?.querySelector("output");
    if (output) output.textContent = this.inWords(found, field) || output.dataset.empty;
    return found;
  }

  inWords(found, field) {
    if (found === null) return "";
    if (found instanceof Decimal) return `${grouped(found.toString())} ${field.unit}`.trim();
    if (found instanceof Day) return found.toString();
    if (typeof found === "boolean") return found ? this.logic.words.yes : this.logic.words.no;
    return String(found);
  }

  /** A field that is shown because it applies says whether it must be answered. */
  mark(field, data, root) {
    if (!field.name || (field.show.length === 0 && typeof field.required === "boolean")) return;
    const mark = root === this.root ? this.marks.get(field.key) : this.place(field, root)?.querySelector("[data-mark]");
    if (!mark) return;
    const required = typeof field.required === "boolean" ? field.required : this.holds(field.required, data);
    const text = required ? this.logic.words.required : this.logic.words.optional;
    if (mark.textContent !== text) Object.assign(mark, { className: required ? "req" : "opt", textContent: text });
  }
}

for (const root of document.querySelectorAll(".form[data-logic]")) new Filling(root);
