// The controls that only flows have: assignee rules, outcomes, receivers, inputs of an effect, field access.

import { CONTROLS, drawGroup, fieldOrConstant, framed, listOf, selectOf } from '../../forms/designer/controls.js';
import { button, filled, freshElementId, h } from '../../forms/designer/dom.js';
import { freshId } from '../../forms/designer/tree.js';

/** One assignee rule: which, and its parameters. `ctx` stands at the rule. */
function rule(item, ctx, control) {
  const { rules } = ctx.config;
  const select = selectOf(ctx, control.rules.map((name) => ({ value: name, label: rules[name].label })), item.rule, (name) => { for (const key of Object.keys(item)) if (key !== 'rule') ctx.set(key, undefined); ctx.set('rule', name); ctx.redraw(); }, { label: control.rule_label });
  const described = rules[item.rule];
  return [select, described ? [h('p', { class: 'cd-help' }, described.help), drawGroup({ controls: described.controls }, ctx)] : null];
}

/** "Who would that be now?": asks the server, for a unit that one chooses. */
function whoNow(control, ctx) {
  const answer = h('div', { class: 'cd-who', role: 'status' });
  const unit = selectOf(ctx, ctx.choices('units'), ctx.designer.exampleUnit, (value) => { ctx.designer.exampleUnit = value; }, { empty: ctx.word('please_choose'), label: control.unit_label });
  const id = freshElementId();
  unit.id = id;
  const ask = async () => {
    answer.textContent = ctx.word('checking');
    try {
      const found = await ctx.designer.ask(ctx.config.urls.who, { rules: [ctx.get(control.path)].flat().filter(Boolean), unit: unit.value });
      answer.replaceChildren(...found.lines.map((line) => h('p', {}, line)));
    } catch { answer.textContent = ctx.word('check_failed'); }
  };
  return h('div', { class: 'cd-who-box' }, h('label', { for: id }, control.unit_label), unit, button(control.who_label, ask), answer);
}

/** `assignee`: one rule stays an object, several are a list. */
function assignees(control, ctx) {
  const now = ctx.get(control.path);
  const isList = Array.isArray(now);
  const first = control.rules[0];
  const who = whoNow(control, ctx);
  if (!isList) {
    const add = button(`＋ ${control.more_label}`, () => { ctx.set(control.path, [now, { rule: first }].filter(Boolean)); ctx.redraw(); });
    if (now === undefined) return framed(control, button(`＋ ${ctx.word('add')}`, () => { ctx.set(control.path, { rule: first }); ctx.redraw(); }));
    return framed(control, rule(now, ctxAt(ctx, control.path), control), add, who);
  }
  return h('div', {}, listOf(control, ctx, { make: () => ({ rule: first }), draw: (item, inner) => rule(item, inner, control), least: 1 }), who);
}

/** A context that stands at an object instead of a list item. */
function ctxAt(ctx, path) {
  return {
    ...ctx,
    get: (inner) => ctx.get(`${path}.${inner}`),
    set: (inner, value) => ctx.set(`${path}.${inner}`, value),
    within: (inner, position) => ctx.within(`${path}.${inner}`, position),
    holds: (only) => ctx.holds({ ...only, path: `${path}.${only.path}` }),
    memory: (key, initial, stamp) => ctx.memory(`${path}.${key}`, initial, stamp),
    remember: (key, value, stamp) => ctx.remember(`${path}.${key}`, value, stamp),
  };
}

/** `deadline.overdue`: what happens one after the other; another deed forgets what only the former one had. */
function rung(item, ctx, control) {
  const deeds = selectOf(ctx, control.deeds, item.do, (name) => { for (const key of Object.keys(item)) if (key !== 'after') ctx.set(key, undefined); ctx.set('do', name); ctx.redraw(); }, { label: control.label });
  return [drawGroup({ controls: [control.after] }, ctx), deeds, drawGroup({ controls: control.of[item.do] || [] }, ctx)];
}

function ladder(control, ctx) {
  const next = () => Math.max(-1, ...(ctx.get(control.path) || []).map((one) => one.after ?? -1)) + 1;
  return listOf(control, ctx, { make: () => ({ after: next(), do: 'remind' }), draw: (item, inner) => rung(item, inner, control) });
}

function outcome(item, ctx, control) {
  const [effect, target] = String(item.effect ?? 'continue').split(':');
  const set = (kind, to) => {
    if (kind !== 'return') ctx.set('then', undefined);
    else if (effect !== 'return') ctx.set('comment', 'required'); // whoever corrects it wants to know why
    ctx.set('effect', kind === 'continue' ? 'continue' : `${kind}:${to ?? ''}`);
    ctx.redraw();
  };
  const targets = effect === 'end' ? ctx.choices('results') : ctx.choices('back_targets');
  const kinds = selectOf(ctx, control.effects, effect, (kind) => set(kind, kind === 'continue' ? undefined : (kind === 'end' ? ctx.choices('results') : ctx.choices('back_targets'))[0]?.value), { label: control.effect_label });
  const where = effect === 'continue' ? null : selectOf(ctx, targets, target, (to) => set(effect, to), { label: control.target_label, empty: target ? undefined : ctx.word('please_choose') });
  return [
    CONTROLS.text2({ kind: 'text2', path: 'label', label: control.label_label, most: 60 }, ctx),
    h('div', { class: 'cd-row' }, h('span', { class: 'cd-row-name' }, control.effect_label), kinds, where),
    drawGroup({ controls: control.more.filter((one) => !one.only_effect || one.only_effect === effect) }, ctx),
    h('details', {}, h('summary', {}, control.help_label), CONTROLS.text2({ kind: 'text2', path: 'help', label: control.help_label, most: 300 }, ctx)),
  ];
}

function outcomes(control, ctx) {
  const taken = () => new Set((ctx.get(control.path) || []).map((one) => one.id));
  return listOf(control, ctx, { make: () => ({ id: freshId('outcome', taken()), label: '', effect: 'continue' }), draw: (item, inner) => outcome(item, inner, control) });
}

/** What a jury scores: a label, the highest score and a weight each. */
function criteria(control, ctx) {
  const taken = () => new Set((ctx.get(control.path) || []).map((one) => one.id));
  const number = (path, label, most, inner) => CONTROLS.number({ kind: 'number', path, label, least: 1, most }, inner);
  return listOf(control, ctx, { least: 1, make: () => ({ id: freshId('criterion', taken()), label: '', max: 100 }), draw: (_item, inner) => [
    CONTROLS.text2({ kind: 'text2', path: 'label', label: control.item_label, most: 60 }, inner),
    number('max', control.max_label, 1000, inner),
    number('weight', control.weight_label, 100, inner),
  ] });
}

/** Receivers of a message: words like `starter`, or assignee rules. */
function receivers(control, ctx) {
  const plain = control.plain.map((one) => one.value);
  const draw = (item, inner) => {
    const position = (ctx.get(control.path) || []).indexOf(item);
    const replace = (value) => { const next = [...ctx.get(control.path)]; next[position] = value; ctx.set(control.path, next); ctx.redraw(); };
    const name = typeof item === 'string' ? item : '=rule';
    const select = selectOf(ctx, [...control.plain, { value: '=rule', label: control.rule_choice }], name, (value) => replace(value === '=rule' ? { rule: control.rules[0] } : value), { label: control.label });
    return typeof item === 'string' ? select : [select, rule(item, inner, control)];
  };
  const make = () => plain.find((one) => !(ctx.get(control.path) || []).includes(one)) || { rule: control.rules[0] };
  return listOf(control, ctx, { make, draw });
}

/** The inputs of the effect that the step carries out. */
function inputs(control, ctx) {
  const described = ctx.config.effects[ctx.get('props.effect')];
  if (!described) return null;
  const given = Object.keys(ctx.get(control.path) || {});
  const unknown = given.filter((name) => !described.inputs.some((one) => one.name === name)).map((name) => ({ name, label: filled(ctx.word('gone'), { name }), types: null, optional: true }));
  const all = [...described.inputs, ...unknown];
  if (!all.length) return framed(control, h('p', { class: 'cd-help' }, control.none));
  return framed(control, all.map((one) => fieldOrConstant({ path: `${control.path}.${one.name}`, label: one.label, types: one.types, optional: one.optional, options: one.options }, ctx)));
}

/** What the starting form of another flow is told: a field of this case, or a fixed value. */
function answers(control, ctx) {
  const fields = (ctx.config.flows[ctx.get('props.flow')]?.fields || []).filter((one) => one.type !== null && one.kind !== 'ledger_snapshot');
  const gone = Object.keys(ctx.get(control.path) || {}).filter((key) => !fields.some((one) => one.key === key)).map((key) => ({ key, label: filled(ctx.word('gone'), { name: key }), type: null, kind: '' }));
  const all = [...fields, ...gone];
  if (!all.length) return framed(control, h('p', { class: 'cd-help' }, control.none));
  return framed(control, all.map((one) => answer(control, one, ctx)));
}

function answer(control, one, ctx) {
  const isReference = ['unit', 'member', 'team', 'award', 'photos', 'files'].includes(one.kind);
  const options = one.kind === 'unit' ? ctx.choices('units') : one.options;
  return fieldOrConstant({ path: `${control.path}.${one.key}`, label: one.label, types: one.type ? [one.type] : null, field_kinds: isReference ? [one.kind] : undefined, optional: !one.required, options, no_constant: isReference && one.kind !== 'unit' }, ctx);
}

/** How a case begins; what belongs to another way is dropped, so that nothing is left that no control shows. */
function startKind(control, ctx) {
  const change = (kind) => {
    const kept = new Set(control.own[kind] || []);
    for (const name of Object.values(control.own).flat()) if (!kept.has(name)) ctx.set(`start.${name}`, undefined);
    ctx.set(control.path, kind);
    if (kind === 'manual' && ctx.get('start.who') === undefined) ctx.set('start.who', 'members');
    ctx.redraw();
  };
  return h('div', { class: 'cd-control', 'data-path': control.path }, h('span', { class: 'cd-row-name' }, control.label), selectOf(ctx, control.options, ctx.get(control.path), change, { label: control.label }));
}

const startFields = (ctx) => ctx.designer.fieldsOfForm(ctx.get('start.form')).filter((one) => one.type !== null && one.kind !== 'ledger_snapshot');

/** Which fields of the starting form an event fills in. */
function told(control, ctx) {
  const values = Object.entries(ctx.config.events[ctx.get('start.event')] || {});
  const rows = startFields(ctx).map((one) => [one, values.filter(([, kind]) => kind === one.kind)]).filter(([, fitting]) => fitting.length);
  if (!rows.length) return framed(control, h('p', { class: 'cd-help' }, control.none));
  return framed(control, rows.map(([one, fitting]) => CONTROLS.choice({ kind: 'choice', path: `${control.path}.${one.key}`, label: one.label, options: fitting.map(([name]) => ({ value: name, label: one.label })) }, ctx)));
}

/** Fixed answers of the starting form. */
function preset(control, ctx) {
  const rows = startFields(ctx).filter((one) => ctx.get(`start.inputs.${one.key}`) === undefined && !['member', 'team', 'award', 'photos', 'files'].includes(one.kind));
  if (!rows.length) return framed(control, h('p', { class: 'cd-help' }, control.none));
  const alone = { ...ctx, fields: () => [] };
  return framed(control, rows.map((one) => answer(control, one, alone)));
}

/** A field, and of a group its columns behind it. */
const withColumns = (field, levels) => {
  const columns = field.columns || [];
  const usual = (one, own) => (own ? 'own' : columns.length && one === field ? 'rows' : one.privacy);
  const isOwn = levels.includes('edit');
  return [
    { ...field, levels, usual: usual(field, isOwn), has_rights: isOwn && columns.length > 0 },
    ...columns.map((one) => ({ ...one, value: `${field.value}.${one.key}`, group: field.group, levels, usual: usual(one, isOwn), is_column: true, whole: `${field.label}：${one.label}` })),
  ];
};

/** What may be done with rows that are filled in here, as tick boxes: all of it is `edit`, nothing is `read`. */
function rights(control, one, state, set) {
  const all = Object.keys(control.rights);
  const given = state === undefined || state === 'edit' ? all : state.split('+').filter((name) => all.includes(name));
  if (state !== undefined && state !== 'edit' && !given.length) return null;
  const boxes = all.map((name) => {
    const id = freshElementId();
    const change = (event) => {
      const next = all.filter((other) => (other === name ? event.target.checked : given.includes(other)));
      set(next.length === all.length ? undefined : next.length ? next.join('+') : 'read');
    };
    return h('span', { class: 'cd-flag' }, h('input', { type: 'checkbox', id, checked: given.includes(name), onchange: change }), h('label', { for: id }, control.rights[name]));
  });
  return h('div', { class: 'cd-rights', role: 'group', 'aria-label': one.label }, boxes);
}

/** Who sees which answers at this step: own fields by key, earlier ones by `step.key`, columns of groups behind them. */
function access(control, ctx) {
  const own = ctx.designer.fieldsOfForm(ctx.get('props.form')).flatMap((one) => withColumns({ ...one, value: one.key, group: control.own }, one.columns?.length ? ['edit', 'read', 'mask', 'hide'] : ['edit', 'read', 'hide']));
  const earlier = ctx.fields({ everything: true, without_outcomes: true }).flatMap((one) => withColumns(one, ['read', 'mask', 'hide']));
  const now = ctx.get(control.path) || {};
  const known = [...own, ...earlier];
  const lost = Object.keys(now).filter((name) => !known.some((one) => one.value === name)).map((name) => ({ value: name, label: filled(ctx.word('gone'), { name }), group: control.lost, levels: ['edit', 'read', 'mask', 'hide'], usual: 'internal' }));
  if (!known.length && !lost.length) return framed(control, h('p', { class: 'cd-help' }, ctx.word('none_there')));
  const set = (name, state) => { const next = { ...(ctx.get(control.path) || {}) }; if (state === undefined) delete next[name]; else next[name] = state; ctx.set(control.path, Object.keys(next).length ? next : undefined); };
  const row = (one) => {
    const label = `${one.group ? `${one.group}：` : ''}${one.whole || one.label}`;
    const said = now[one.value];
    const setRows = (state) => { set(one.value, state); ctx.redraw(); };
    const boxes = one.has_rights ? rights(control, one, said, setRows) : null;
    const select = selectOf(ctx, one.levels.map((level) => ({ value: level, label: control.levels[level] })), one.has_rights && boxes && said ? 'edit' : said, one.has_rights ? setRows : (state) => set(one.value, state), { empty: control.usual[one.usual] || control.usual.internal, label });
    return h('tr', { class: one.is_column ? 'cd-column' : undefined }, h('th', { scope: 'row' }, one.label), h('td', {}, select, boxes));
  };
  const groups = new Map();
  for (const one of [...known, ...lost]) { if (!groups.has(one.group)) groups.set(one.group, []); groups.get(one.group).push(one); }
  return framed(control, [...groups].map(([name, list]) => h('table', { class: 'cd-access' }, h('caption', {}, name), h('tbody', {}, list.map(row)))));
}

/** Everybody, everybody with a login, or some roles. */
function who(control, ctx) {
  const now = ctx.get(control.path);
  const isRoles = Array.isArray(now);
  const select = selectOf(ctx, [...ctx.choices(control.source), { value: '=roles', label: control.roles_label }], isRoles ? '=roles' : now, (value) => { ctx.set(control.path, value === '=roles' ? [] : value); ctx.redraw(); }, { label: control.label });
  const id = freshElementId();
  select.id = id;
  return h('div', { class: 'cd-control', 'data-path': control.path }, h('label', { for: id }, control.label), select, isRoles ? CONTROLS.choices({ kind: 'choices', path: control.path, label: control.roles_label, source: control.roles, keep_empty: true }, ctx) : null);
}

/** How the case ends: one of the results there are, or a new one that is called as the step. */
function result(control, ctx) {
  const results = ctx.choices('results');
  const select = selectOf(ctx, [...results, { value: '=new', label: control.other }], ctx.get(control.path), (value) => { ctx.set(control.path, value === '=new' ? freshId('result', new Set(results.map((one) => one.value))) : value); ctx.redraw(); }, { label: control.label });
  return h('div', { class: 'cd-control', 'data-path': control.path }, h('span', { class: 'cd-row-name' }, control.label), select);
}

Object.assign(CONTROLS, { who, result, assignees, ladder, outcomes, criteria, receivers, inputs, answers, start_kind: startKind, told, preset, access });

