// Draws the controls of a property sheet. Each reads and writes one place of the document through its context:
// `ctx.get(path)`, `ctx.set(path, value)`, `ctx.redraw()`, `ctx.choices(source)`, `ctx.word(name)`, `ctx.fields()`.

import { build, builderType, COMPARED, comparisonsOf, isField, needsValue, parse } from './conditions.js';
import { button, filled, freshElementId, h, iconButton } from './dom.js';
import { copyOf } from './tree.js';

/** A label above what it names, with help and error below it. */
export function labelled(control, input, extra = []) {
  const id = freshElementId();
  const help = control.help ? h('p', { class: 'cd-help', id: `${id}-help` }, control.help) : null;
  input.id = id;
  if (help) input.setAttribute('aria-describedby', help.id);
  return h('div', { class: 'cd-control', 'data-path': control.path }, h('label', { for: id }, control.label), input, help, extra);
}

/** Several inputs under one name. */
export function framed(control, ...children) {
  const help = control.help ? h('p', { class: 'cd-help' }, control.help) : null;
  return h('fieldset', { class: 'cd-control cd-framed', 'data-path': control.path }, h('legend', {}, control.label), help, children);
}

/** A select; `choices`: [{value, label, group}]. A value that is not among them is kept and marked. */
export function selectOf(ctx, choices, value, onchange, { empty, label } = {}) {
  const select = h('select', { 'aria-label': label, onchange: () => onchange(select.value === '' ? undefined : select.value) });
  if (empty !== undefined) select.append(new Option(empty, ''));
  const groups = new Map();
  for (const one of choices) {
    const option = new Option(one.label, one.value);
    if (!one.group) { select.append(option); continue; }
    if (!groups.has(one.group)) { groups.set(one.group, h('optgroup', { label: one.group })); select.append(groups.get(one.group)); }
    groups.get(one.group).append(option);
  }
  const wanted = value === undefined || value === null ? '' : String(value);
  if (wanted && !choices.some((one) => String(one.value) === wanted)) select.append(new Option(filled(ctx.word('gone'), { name: wanted }), wanted));
  select.value = wanted;
  if (empty === undefined && select.selectedIndex < 0) { select.prepend(new Option(ctx.word('please_choose'), '')); select.value = ''; }
  return select;
}

const choicesOf = (control, ctx) => (control.source ? ctx.choices(control.source) : control.options || []);

function text(control, ctx) {
  const input = h('input', { type: 'text', value: ctx.get(control.path) ?? '', maxlength: control.most, oninput: () => ctx.set(control.path, input.value === '' ? undefined : input.value) });
  return labelled(control, input);
}

function number(control, ctx) {
  const value = ctx.get(control.path);
  const input = h('input', {
    type: 'number', min: control.least, max: control.most, step: control.step || 1, value: value ?? '', inputmode: control.step === 'any' ? 'decimal' : 'numeric',
    oninput: () => ctx.set(control.path, input.value === '' ? undefined : Number(input.value)),
  });
  return labelled(control, input);
}

function flag(control, ctx) {
  const id = freshElementId();
  const input = h('input', { type: 'checkbox', id, checked: Boolean(ctx.get(control.path)), onchange: () => { ctx.set(control.path, input.checked ? true : undefined); if (control.redraws) ctx.redraw(); } });
  return h('div', { class: 'cd-control cd-flag', 'data-path': control.path }, input, h('label', { for: id }, control.label), control.help ? h('p', { class: 'cd-help' }, control.help) : null);
}

function choice(control, ctx) {
  const select = selectOf(ctx, choicesOf(control, ctx), ctx.get(control.path), (value) => { ctx.set(control.path, value); if (control.redraws) ctx.redraw(); }, { empty: control.needed ? undefined : control.empty || ctx.word('not_set') });
  return labelled(control, select);
}

function choices(control, ctx) {
  const chosen = new Set(ctx.get(control.path) || []);
  const offered = choicesOf(control, ctx);
  const missing = [...chosen].filter((value) => !offered.some((one) => one.value === value)).map((value) => ({ value, label: filled(ctx.word('gone'), { name: value }) }));
  const all = [...offered, ...missing];
  const store = () => { const kept = all.map((one) => one.value).filter((value) => chosen.has(value)); ctx.set(control.path, kept.length || control.keep_empty ? kept : undefined); };
  const rows = all.map((one) => {
    const id = freshElementId();
    const input = h('input', { type: 'checkbox', id, checked: chosen.has(one.value), onchange: () => { if (input.checked) chosen.add(one.value); else chosen.delete(one.value); store(); } });
    return h('li', { class: 'cd-check' }, input, h('label', { for: id }, one.group ? `${one.group}：${one.label}` : one.label));
  });
  return framed(control, all.length ? h('ul', { class: 'cd-checks' }, rows) : h('p', { class: 'cd-help' }, ctx.word('none_there')));
}

/** A text in Chinese and English. A plain text stays plain until English is added. */
function text2(control, ctx) {
  const now = ctx.get(control.path);
  const parts = typeof now === 'object' && now ? { ...now } : { 'zh-hans': now ?? '' };
  const store = () => {
    const kept = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ''));
    const names = Object.keys(kept);
    if (!names.length) ctx.set(control.path, undefined);
    else if (typeof now === 'string' && names.length === 1 && 'zh-hans' in kept) ctx.set(control.path, kept['zh-hans']);
    else ctx.set(control.path, kept);
  };
  const inputs = {};
  const line = (language, name) => {
    const input = h(control.long ? 'textarea' : 'input', { type: control.long ? false : 'text', rows: control.long ? 3 : false, lang: language === 'en' ? 'en' : 'zh-Hans', value: parts[language] ?? '', 'aria-label': `${control.label} · ${name}`, maxlength: control.most, oninput: () => { parts[language] = input.value; store(); } });
    inputs[language] = input;
    return h('div', { class: 'cd-tongue' }, h('span', { 'aria-hidden': 'true' }, name), input);
  };
  const placeholders = control.placeholders && h('p', { class: 'cd-help cd-placeholders' }, ctx.word('insert'), control.placeholders.map((one) => button(one.label, () => {
    const input = inputs['zh-hans'];
    input.setRangeText(`{{ ${one.value} }}`, input.selectionStart, input.selectionEnd, 'end');
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.focus();
  }, { class: 'cd-chip' })));
  return framed(control, line('zh-hans', ctx.word('chinese')), line('en', ctx.word('english')), placeholders);
}

function day(control, ctx) {
  const now = ctx.get(control.path);
  const input = h('input', { type: 'date', value: now === 'today' ? '' : now ?? '', disabled: now === 'today', onchange: () => ctx.set(control.path, input.value || undefined) });
  const id = freshElementId();
  if (control.fixed) return labelled(control, input);
  const today = h('input', { type: 'checkbox', id, checked: now === 'today', onchange: () => { ctx.set(control.path, today.checked ? 'today' : undefined); ctx.redraw(); } });
  return labelled(control, input, h('div', { class: 'cd-check' }, today, h('label', { for: id }, ctx.word('today'))));
}

/** A yes or no that may also be left open. */
/** A time of day. */
function clock(control, ctx) {
  const input = h('input', { type: 'time', value: ctx.get(control.path) ?? '', onchange: () => ctx.set(control.path, input.value || undefined) });
  return labelled(control, input);
}

function maybe(control, ctx) {
  const now = ctx.get(control.path);
  const select = selectOf(ctx, [{ value: 'yes', label: ctx.word('yes') }, { value: 'no', label: ctx.word('no') }], now === undefined ? undefined : now ? 'yes' : 'no', (value) => ctx.set(control.path, value === undefined ? undefined : value === 'yes'), { empty: ctx.word('not_set') });
  return labelled(control, select);
}

/** A list of small objects, each drawn by `draw(item, itemCtx)`; they can be added, moved and removed. */
export function listOf(control, ctx, { make, draw, least = 0 }) {
  const items = () => ctx.get(control.path) || [];
  const store = (next) => { ctx.set(control.path, next.length ? next : undefined); ctx.redraw(); };
  const rows = items().map((item, position) => {
    const name = `${control.label} ${position + 1}`;
    const swap = (to) => { const next = [...items()]; [next[position], next[to]] = [next[to], next[position]]; store(next); };
    return h('li', { class: 'cd-item' }, h('div', { class: 'cd-item-body' }, draw(item, ctx.within(control.path, position))), h('div', { class: 'cd-item-tools' },
      iconButton(`${ctx.word('up')}: ${name}`, 'arrow-up', () => swap(position - 1), { disabled: position === 0 }),
      iconButton(`${ctx.word('down')}: ${name}`, 'arrow-down', () => swap(position + 1), { disabled: position === items().length - 1 }),
      iconButton(`${ctx.word('remove')}: ${name}`, 'bin', () => store(items().filter((_, other) => other !== position)), { disabled: items().length <= least })));
  });
  return framed(control, h('ol', { class: 'cd-items' }, rows), button(`＋ ${ctx.word('add')}`, () => store([...items(), make()])));
}

function optionList(control, ctx) {
  const taken = () => new Set((ctx.get(control.path) || []).map((one) => one.id));
  const make = () => { let n = taken().size + 1; while (taken().has(`o${n}`)) n += 1; return { id: `o${n}`, label: '' }; };
  return listOf(control, ctx, { make, draw: (_item, inner) => [
    text2({ kind: 'text2', path: 'label', label: control.item_label, most: 300 }, inner),
    control.help_label && h('details', {}, h('summary', {}, control.help_label), text2({ kind: 'text2', path: 'help', label: control.help_label, most: 300 }, inner)),
    control.rule_label ? folded(inner, 'show_if', control.rule_label, condition({ kind: 'condition', path: 'show_if', label: control.rule_label }, inner)) : null,
  ] });
}

/** A part of an item that stays open while somebody works in it. */
function folded(ctx, path, label, content) {
  const isOpen = ctx.memory(`folded:${path}`, ctx.get(path) !== undefined, '');
  const details = h('details', { open: isOpen, ontoggle: () => ctx.remember(`folded:${path}`, details.open, '') }, h('summary', {}, label), content);
  return details;
}

/** Checks across several answers: what must hold, what is said otherwise, and beside which field. */
function checkList(control, ctx) {
  const taken = () => new Set((ctx.get(control.path) || []).map((one) => one.id));
  const make = () => { let n = taken().size + 1; while (taken().has(`c${n}`)) n += 1; return { id: `c${n}`, message: '', at: '' }; };
  return listOf(control, ctx, { make, draw: (_item, inner) => [
    condition({ kind: 'condition', path: 'rule', label: control.rule_label }, inner),
    text2({ kind: 'text2', path: 'message', label: control.message_label, most: control.most }, inner),
    choice({ kind: 'choice', path: 'at', label: control.at_label, source: 'asked_fields', needed: true }, inner),
  ] });
}

/** The input for the value of a comparison, by the type of the field. */
export function valueInput(ctx, field, value, onchange, { many = false, label = ctx.word('value') } = {}) {
  const type = builderType(field);
  if (type === 'choice' || type === 'list' || type === 'unit') {
    const offered = type === 'unit' ? ctx.choices('units') : field.options;
    if (many) {
      const chosen = new Set(Array.isArray(value) ? value : []);
      return h('ul', { class: 'cd-checks', 'aria-label': label }, offered.map((one) => {
        const id = freshElementId();
        const input = h('input', { type: 'checkbox', id, checked: chosen.has(one.value), onchange: () => { if (input.checked) chosen.add(one.value); else chosen.delete(one.value); onchange([...chosen]); } });
        return h('li', { class: 'cd-check' }, input, h('label', { for: id }, one.label));
      }));
    }
    return selectOf(ctx, offered, value, onchange, { empty: ctx.word('please_choose'), label });
  }
  if (type === 'bool') {
    return selectOf(ctx, [{ value: 'yes', label: ctx.word('yes') }, { value: 'no', label: ctx.word('no') }], value === undefined ? undefined : value ? 'yes' : 'no', (given) => onchange(given === undefined ? undefined : given === 'yes'), { empty: ctx.word('please_choose'), label });
  }
  const kind = { number: 'number', date: 'date', time: 'time', datetime: 'datetime-local' }[type] || 'text';
  const input = h('input', { type: kind, step: kind === 'number' ? 'any' : false, value: value ?? '', 'aria-label': label, oninput: () => onchange(input.value === '' ? undefined : kind === 'number' ? Number(input.value) : input.value) });
  return input;
}

/** Rows of field, comparison and value; the whole is one expression of the document. */
function condition(control, ctx) {
  const fields = ctx.fields(control);
  const byName = new Map(fields.map((one) => [one.value, one]));
  const typeOf = (name) => (byName.has(name) ? builderType(byName.get(name)) : 'any');
  const now = ctx.get(control.path);
  const parsed = parse(now, typeOf);
  if (!parsed) {
    return framed(control, h('p', { class: 'cd-help' }, ctx.word('kept_as_is')), h('pre', { class: 'cd-kept', translate: 'no' }, JSON.stringify(now)), button(ctx.word('begin_anew'), () => { ctx.set(control.path, undefined); ctx.redraw(); }));
  }
  const state = ctx.memory(control.path, { all: parsed.all, rows: copyOf(parsed.rows) }, JSON.stringify(now ?? null));
  const store = (again) => { const made = build(state); ctx.set(control.path, made); ctx.remember(control.path, state, JSON.stringify(made ?? null)); if (again) ctx.redraw(); };
  const row = (one, position) => {
    const field = byName.get(one.name);
    const type = field ? builderType(field) : 'any';
    const picked = selectOf(ctx, fields, one.name, (name) => { one.name = name; one.type = typeOf(name); [one.op] = comparisonsOf(one.type); delete one.value; store(true); }, { empty: ctx.word('please_choose'), label: ctx.word('field') });
    const ops = selectOf(ctx, comparisonsOf(type).map((op) => ({ value: op, label: ctx.word(`op_${op}`) })), one.op, (op) => { const kept = (op === 'in') === (one.op === 'in'); one.op = op; if (!kept || !needsValue(op)) delete one.value; store(true); }, { label: ctx.word('comparison') });
    const others = field && needsValue(one.op) && COMPARED.includes(type) ? fields.filter((other) => other !== field && builderType(other) === type) : [];
    const against = others.length || isField(one.value) ? selectOf(ctx, [{ value: '=', label: ctx.word('constant') }, ...others], isField(one.value) ? one.value.var : '=', (name) => { one.value = name === '=' ? undefined : { var: name }; store(true); }, { label: ctx.word('compared_with') }) : null;
    const value = field && needsValue(one.op) && !isField(one.value) ? valueInput(ctx, field, one.value, (given) => { one.value = given; store(false); }, { many: one.op === 'in' }) : null;
    return h('li', { class: 'cd-item' }, h('div', { class: 'cd-item-body cd-row' }, picked, ops, against, value), iconButton(ctx.word('remove'), 'bin', () => { state.rows.splice(position, 1); store(true); }));
  };
  const joined = state.rows.length > 1 && selectOf(ctx, [{ value: 'all', label: ctx.word('when_all') }, { value: 'any', label: ctx.word('when_any') }], state.all ? 'all' : 'any', (value) => { state.all = value === 'all'; store(false); }, { label: ctx.word('how_joined') });
  const none = fields.length ? null : h('p', { class: 'cd-help' }, ctx.word('none_there'));
  return framed(control, joined, h('ol', { class: 'cd-items' }, state.rows.map(row)), none, button(`＋ ${ctx.word('add_condition')}`, () => { state.rows.push({ op: 'eq' }); ctx.remember(control.path, state, JSON.stringify(ctx.get(control.path) ?? null)); ctx.redraw(); }, { disabled: !fields.length }));
}

const nameIn = (part) => (part && typeof part === 'object' && Object.keys(part).length === 1 && typeof part.var === 'string' ? part.var : null);

/** One field, a fixed value, or nothing; anything else stays as it is. */
export function fieldOrConstant(control, ctx) {
  const fields = ctx.fields(control).filter((one) => !control.types || control.types.includes(one.type) || one.type === 'any');
  const now = ctx.get(control.path);
  const name = nameIn(now);
  const isKept = now !== undefined && now !== null && typeof now === 'object' && name === null;
  if (isKept) {
    return framed(control, h('p', { class: 'cd-help' }, ctx.word('kept_as_is')), h('pre', { class: 'cd-kept', translate: 'no' }, JSON.stringify(now)), button(ctx.word('begin_anew'), () => { ctx.set(control.path, undefined); ctx.redraw(); }));
  }
  const isFixed = (now !== undefined && name === null) || ctx.memory(`${control.path}#fixed`, false, '');
  const fixed = control.no_constant ? [] : [{ value: '=', label: ctx.word('constant') }];
  const select = selectOf(ctx, [...fields, ...fixed], isFixed ? '=' : name ?? undefined, (value) => {
    ctx.remember(`${control.path}#fixed`, value === '=', '');
    ctx.set(control.path, value === undefined || value === '=' ? undefined : { var: value });
    ctx.redraw();
  }, { empty: control.optional ? ctx.word('not_set') : ctx.word('please_choose') });
  const described = { type: control.types?.[0] || 'text', kind: '', options: control.options };
  const value = isFixed ? h('div', { class: 'cd-tongue' }, h('span', { 'aria-hidden': 'true' }, ctx.word('value')), valueInput(ctx, described, now, (given) => ctx.set(control.path, given), { label: `${control.label} · ${ctx.word('value')}` })) : null;
  return labelled(control, select, value);
}

/** A value that nobody changes here. */
const fixed = (control, ctx) => framed(control, h('p', { class: 'cd-fixed', translate: 'no' }, ctx.get(control.path) ?? ''));

export const CONTROLS = { fixed, text, number, flag, choice, choices, text2, day, clock, maybe, options: optionList, checks: checkList, condition, expression: fieldOrConstant };

/** Draws one group of a sheet. */
export function drawGroup(group, ctx) {
  const drawn = group.controls.filter((one) => !one.only || ctx.holds(one.only)).map((one) => (CONTROLS[one.kind] || text)(one, ctx));
  if (!drawn.length) return null;
  if (!group.closed) return h('section', { class: 'cd-group' }, group.heading ? h('h3', {}, group.heading) : null, drawn);
  const isOpen = ctx.memory(`group:${group.heading}`, group.controls.some((one) => ctx.get(one.path) !== undefined), '');
  const details = h('details', { class: 'cd-group', open: isOpen, ontoggle: () => ctx.remember(`group:${group.heading}`, details.open, '') }, h('summary', {}, group.heading), drawn);
  return details;
}
