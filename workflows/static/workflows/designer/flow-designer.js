// The designer of flows: steps one below the other, branches side by side, the start on top.

import { CardDesigner } from '../../forms/designer/designer.js';
import { filled, h, icon } from '../../forms/designer/dom.js';
import { copyOf, freshId, words } from '../../forms/designer/tree.js';
import './flow-controls.js';

const FORKS = ['branch', 'parallel'];
const START = 'start';

function* steps(list) {
  for (const step of list) {
    yield step;
    for (const branch of step.branches || []) yield* steps(branch.steps || []);
  }
}
const idsOf = (doc) => new Set([START, 'outcomes', ...[...steps(doc.steps)].map((one) => one.id)]);

/** The value with step ids replaced wherever a document names a step: effects of outcomes, fields, other steps. */
function renamed(value, names) {
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key.includes('.') ? renamed(key, names) : key, renamed(one, names)]));
  if (typeof value !== 'string') return value;
  const [, before, id, after] = value.match(/^((?:return|again):|outcomes\.)?([a-z][a-z0-9_]*)(\..*)?$/) || [];
  return id && names.has(id) && (before || after || value === id) ? `${before || ''}${names.get(id)}${after || ''}` : value;
}

export class FlowDesigner extends CardDesigner {
  makeShape() {
    const { kinds } = this.config;
    const fits = (list) => Array.isArray(list) && list.every((step) => step && typeof step === 'object' && (step.branches === undefined || (Array.isArray(step.branches) && step.branches.every((one) => one && typeof one === 'object' && (one.steps === undefined || fits(one.steps))))));
    return {
      fits: (doc) => doc && typeof doc === 'object' && fits(doc.steps) && (doc.start === undefined || (doc.start && typeof doc.start === 'object')),
      root: (doc) => doc.steps,
      lanes: (node) => (node.branches || []).map((branch) => { branch.steps ||= []; return { owner: branch, list: branch.steps }; }),
      keyOf: (node) => `s:${node.id}`,
      laneKey: (node, branch) => `b:${node.id}/${branch.id}`,
      kindOf: (node) => node.kind,
      kindsIn: () => Object.keys(kinds).filter((kind) => !kind.startsWith('_')),
      isLast: (node) => node.kind === 'end',
      nameOf: (node) => node.name || this.config.kinds[node.kind]?.label,
      hasEnd: true,
      make: (kind, doc, described) => {
        const step = { id: freshId(kind, idsOf(doc)), kind, name: described.label, ...copyOf(described.defaults) };
        if (FORKS.includes(kind)) step.branches = this.newBranches(kind);
        return step;
      },
      renewed: (node, doc) => {
        const taken = idsOf(doc);
        const names = new Map();
        for (const step of steps([node])) { const id = freshId(step.id, taken); taken.add(id); names.set(step.id, id); }
        const named = (step) => ({ ...step, id: names.get(step.id), ...(step.branches ? { branches: step.branches.map((one) => ({ ...one, steps: (one.steps || []).map(named) })) } : {}) });
        const copy = named(copyOf(node));
        for (const step of steps([copy])) for (const key of ['props', 'outcomes', 'access']) if (step[key]) step[key] = renamed(step[key], names);
        for (const step of steps([copy])) for (const branch of step.branches || []) if (branch.when) branch.when = renamed(branch.when, names);
        return copy;
      },
    };
  }

  newBranches(kind) {
    const { labels } = this.config;
    if (kind === 'parallel') return [1, 2].map((n) => ({ id: `way_${n}`, name: filled(labels.way, { n }), steps: [] }));
    return [{ id: 'case_1', name: filled(labels.case, { n: 1 }), steps: [] }, { id: 'otherwise', name: labels.otherwise, default: true, steps: [] }];
  }

  // the start card

  drawStart(canvas) {
    const bad = this.faultsOf(START).length;
    return h('div', { class: `cd-card cd-kind-start${this.selected === START ? ' is-selected' : ''}${bad ? ' is-bad' : ''}` }, h('button', { type: 'button', class: 'cd-main', 'data-cd': START, 'aria-pressed': String(this.selected === START), onclick: () => this.select(START) },
      h('span', { class: 'cd-head' }, icon('user'), h('b', {}, this.config.labels.start)), h('span', { class: 'cd-kind' }, this.startSummary()), bad ? h('span', { class: 'cd-bad' }, icon('warning'), canvas.word('needs_work')) : null));
  }

  startSummary() {
    const { who, form, kind, event } = this.doc.start || {};
    const named = kind === 'schedule' ? this.config.labels.by_calendar : kind === 'event' ? this.labelIn('events', event) : Array.isArray(who) ? who.map((one) => this.labelIn('roles', one)).join('、') : this.labelIn('who', who);
    return [named, form ? this.labelIn('forms', form) : this.config.labels.no_form].join(' · ');
  }

  labelIn(source, value) { return (this.config.sources[source] || []).find((one) => one.value === value)?.label || value || ''; }

  drawAddLane(node, key) {
    const add = () => this.edit(this.config.labels.add_way, () => {
      const n = node.branches.length;
      const id = freshId(node.kind === 'branch' ? `case_${n}` : `way_${n + 1}`, new Set(node.branches.map((one) => one.id)));
      const at = node.branches.findIndex((one) => one.default);
      node.branches.splice(at < 0 ? n : at, 0, { id, name: filled(node.kind === 'branch' ? this.config.labels.case : this.config.labels.way, { n: at < 0 ? n + 1 : n }), steps: [] });
    });
    return h('button', { type: 'button', class: 'cd-add-lane', 'data-cd': `l${key}`, onclick: add }, `＋ ${this.config.labels.add_way}`);
  }

  // what cards say

  summary({ node }) {
    const props = node.props || {};
    const labels = this.config.labels;
    const parts = [];
    const rules = props.assignee === undefined ? [] : [props.assignee].flat();
    if (rules.length) parts.push(rules.map((one) => this.ruleName(one)).join(labels.or));
    if (props.claimants) parts.push(props.claimants.map((one) => this.labelIn('claimants', one)).join('、'));
    if (typeof props.form === 'string') parts.push(this.labelIn('forms', props.form));
    if (props.event) parts.push(this.labelIn('events', props.event));
    if (props.flow) parts.push(this.config.flows[props.flow]?.label || props.flow);
    if (props.effect) parts.push(this.config.effects[props.effect]?.label || props.effect);
    if (Array.isArray(props.to)) parts.push(props.to.map((one) => (typeof one === 'string' ? this.labelIn('receivers', one) : this.ruleName(one))).join('、'));
    if (props.days) parts.push(filled(labels.days, { n: props.days }));
    if (props.deadline?.days) parts.push(filled(props.deadline.calendar === 'calendar' ? labels.within_calendar : labels.within, { n: props.deadline.days }));
    if (props.result) parts.push(this.labelIn('results', props.result));
    return parts.join(' · ');
  }

  ruleName(rule) {
    const described = this.config.rules[rule?.rule];
    if (!described) return this.config.labels.nobody;
    return rule.roles?.length ? rule.roles.map((one) => this.labelIn('roles', one)).join('、') : described.label;
  }

  notes({ node }) {
    return (node.outcomes || []).filter((one) => /^(return|again):/.test(one.effect || '')).map((one) => { const target = one.effect.split(':')[1]; return `↩ ${words(one.label) || this.word('unnamed')} → ${this.stepName(target)}`; });
  }

  stepName(id) {
    if (id === START) return this.config.labels.start;
    const entry = this.entries.get(`s:${id}`);
    return entry ? `${entry.number} ${this.nameOf(entry.node)}` : '？';
  }

  laneSummary(step, branch) {
    if (step.kind === 'parallel') return this.config.labels.together;
    if (branch.default) return this.config.labels.default_way;
    return branch.when === undefined ? this.word('no_condition') : this.conditionText(branch.when, step);
  }

  conditionText(expression, step) {
    const fields = this.fieldsFor({}, { entry: this.entries.get(`s:${step.id}`) });
    const say = (part) => {
      if (part === null || typeof part !== 'object') return part === true ? this.word('yes') : part === false ? this.word('no') : String(part);
      if (Array.isArray(part)) return part.map(say).join('、');
      const [operator, given] = Object.entries(part)[0];
      const list = [given].flat();
      if (operator === 'var') return fields.find((one) => one.value === list[0])?.label || list[0];
      if (operator === 'and' || operator === 'or') return list.map(say).join(` ${this.word(operator)} `);
      if (operator === 'blank') return `${say(list[0])} ${this.word('op_blank')}`;
      if (operator === '!' && list[0] && typeof list[0] === 'object' && 'blank' in list[0]) return `${say([list[0].blank].flat()[0])} ${this.word('op_filled')}`;
      if (operator === 'date') return String(list[0]);
      const field = list.find((one) => one && typeof one === 'object' && 'var' in one);
      const options = field && fields.find((one) => one.value === [field.var].flat()[0])?.options;
      const named = (one) => options?.find((option) => option.value === one)?.label ?? say(one);
      const texts = list.map((one) => (Array.isArray(one) ? one.map(named).join('、') : named(one)));
      const op = { '==': 'op_eq', '!=': 'op_ne', '>': 'op_gt', '>=': 'op_ge', '<': 'op_lt', '<=': 'op_le', in: 'op_in' }[operator];
      return op ? `${texts[0]} ${this.word(op)} ${texts[1]}` : '…';
    };
    return say(expression);
  }

  // sheets

  sheetOf(key) {
    if (key === START) {
      this.doc.start ||= {};
      return { node: this.doc, icon: 'user', title: this.config.labels.start, sheet: this.config.kinds._start.sheet, name: () => this.config.labels.start, entry: null };
    }
    const entry = this.entries.get(key);
    if (!entry) return null;
    if (!entry.owner) {
      const kind = this.kind(entry.node.kind);
      return { node: entry.node, icon: kind.icon, title: kind.label, sheet: kind.sheet, name: () => this.nameOf(entry.node), entry };
    }
    const isChoice = entry.owner.kind === 'branch';
    const kind = this.config.kinds[isChoice && !entry.node.default ? '_case' : '_way'];
    const step = this.entries.get(`s:${entry.owner.id}`);
    return { node: entry.node, icon: 'resubmit', title: kind.label, sheet: kind.sheet, name: () => this.nameOf(entry.node), entry: step, extra: () => this.laneTools(entry, isChoice) };
  }

  laneTools(entry, isChoice) {
    const { owner, node } = entry;
    const at = owner.branches.indexOf(node);
    const { labels } = this.config;
    const act = (label, action, disabled) => h('button', { type: 'button', class: 'cd-button', disabled, onclick: () => { this.edit(label, action); this.drawSheet(); } }, label);
    const swap = (to) => { [owner.branches[at], owner.branches[to]] = [owner.branches[to], owner.branches[at]]; };
    return h('div', { class: 'cd-lane-tools' },
      act(labels.way_left, () => swap(at - 1), at === 0), act(labels.way_right, () => swap(at + 1), at === owner.branches.length - 1),
      isChoice && !node.default ? act(labels.make_default, () => { for (const one of owner.branches) delete one.default; delete node.when; node.default = true; }, false) : null,
      act(labels.remove_way, () => { owner.branches.splice(at, 1); this.selected = `s:${owner.id}`; }, owner.branches.length < 3 || node.default === true));
  }

  cardBeside(place) {
    const entry = this.entries.get(`s:${place}`);
    if (entry) return { key: entry.key, path: '' };
    return place === 'prefix' || place.startsWith(START) || place === 'title' || place === 'help' ? { key: START, path: place } : { key: null, path: '' };
  }

  checkMore() { return { slug: this.closest('form')?.querySelector('[name=slug]')?.value || '' }; }

  // what a step may refer to

  fieldsOfForm(slug) { return this.config.forms[slug] || []; }

  /** Human steps (or of other kinds) before a card on every way to it, the nearest last; of parallel blocks before it all. */
  stepsBefore(entry, kinds = this.config.human) {
    if (!entry) return [];
    const found = [];
    const take = (step) => {
      if (step.kind === 'parallel') for (const branch of step.branches || []) (branch.steps || []).forEach(take);
      else if (kinds.includes(step.kind)) found.push(step);
    };
    for (const one of [...entry.above.filter((above) => above.list), entry]) if (one.list) one.list.slice(0, one.position).forEach(take);
    return found;
  }

  /** Fields of the start and of earlier steps, and outcomes, that something at the card of `target` may read. */
  fieldsFor(control, target) {
    const { labels } = this.config;
    const own = (id, group, slug) => this.fieldsOfForm(slug).filter((one) => one.type !== null && (!control.field_kinds || control.field_kinds.includes(one.kind))).map((one) => ({ ...one, value: `${id}.${one.key}`, label: control.everything ? one.label : `${group}：${one.label}`, group }));
    const found = [...(control.facts ? this.config.claimant_facts : []), ...own(START, labels.start, this.doc.start?.form)];
    for (const step of this.stepsBefore(target.entry, [...this.config.human, 'subcase', 'wait'])) {
      const group = this.nameOf(step);
      found.push(...own(step.id, group, step.props?.form));
      for (const one of step.outcomes || []) if (one.form) found.push(...own(`${step.id}__${one.id}`, `${group} · ${words(one.label) || one.id}`, one.form));
      if (!control.without_outcomes && !control.field_kinds && step.outcomes?.length > 1) found.push({ value: `outcomes.${step.id}`, label: filled(labels.outcome_of, { name: group }), group, type: 'text', kind: 'choice', options: step.outcomes.map((one) => ({ value: one.id, label: words(one.label) || one.id })) });
      if (step.kind === 'score') {
        if (!control.field_kinds || control.field_kinds.includes('decimal')) found.push({ value: `${step.id}.score`, label: filled(labels.score_of, { name: group }), group, type: 'number', kind: 'decimal' });
        if (step.props?.pass !== undefined && !control.without_outcomes && !control.field_kinds) found.push({ value: `outcomes.${step.id}`, label: filled(labels.outcome_of, { name: group }), group, type: 'text', kind: 'choice', options: ['passed', 'failed'].map((one) => ({ value: one, label: labels[one] })) });
      }
      const ends = step.kind === 'subcase' && step.props?.wait && this.config.flows[step.props.flow]?.results;
      if (step.kind === 'wait' && step.props?.event && !control.without_outcomes && !control.field_kinds) found.push({ value: `outcomes.${step.id}`, label: filled(labels.outcome_of, { name: group }), group, type: 'text', kind: 'choice', options: ['came', 'timeout'].map((one) => ({ value: one, label: labels[one] })) });
      if (ends && !control.without_outcomes && !control.field_kinds) found.push({ value: `outcomes.${step.id}`, label: filled(labels.outcome_of, { name: group }), group, type: 'text', kind: 'choice', options: ends });
    }
    return found.map((one) => (control.everything ? one : { ...one, group: undefined }));
  }

  choices(source, target) {
    const named = (list) => list.map((step) => ({ value: step.id, label: this.stepName(step.id) }));
    switch (source) {
      case 'earlier_steps': return [{ value: START, label: this.config.labels.start }, ...named(this.stepsBefore(target.entry))];
      case 'earlier_claims': return named(this.stepsBefore(target.entry).filter((one) => one.kind === 'claim'));
      case 'back_targets': return [{ value: START, label: this.config.labels.start }, ...named(this.backTargets(target.entry))];
      case 'own_outcomes': return (target.node?.kind === 'claim' ? [{ id: 'claimed', label: this.config.labels.as_it_stands }] : target.node?.outcomes || []).map((one) => ({ value: one.id, label: words(one.label) || one.id }));
      case 'results': return this.results();
      case 'unit_fields': return this.fieldsFor({ field_kinds: ['unit'] }, target);
      case 'case_or_unit_fields': return [{ value: 'case', label: this.config.labels.unit_of_case }, ...this.fieldsFor({ field_kinds: ['unit'] }, target)];
      case 'member_fields': return this.fieldsFor({ field_kinds: ['member'] }, target);
      case 'team_fields': return this.fieldsFor({ field_kinds: ['team'] }, target);
      case 'subject_fields': return this.fieldsFor({ field_kinds: Object.values(this.config.events[target.node?.props?.event] || {}).filter((kind) => ['member', 'unit', 'team'].includes(kind)) }, target);
      case 'shown_fields': return this.fieldsFor({ everything: true, without_outcomes: true }, target);
      default:
    }
    if (source.startsWith('start_fields:')) {
      const kinds = source.slice('start_fields:'.length).split(',');
      return this.fieldsOfForm(this.doc.start?.form).filter((one) => kinds.includes(one.kind)).map((one) => ({ value: one.key, label: one.label }));
    }
    return this.config.sources[source] || [];
  }

  /** Steps to which one may go back: earlier in the same sequence or in one around it. */
  backTargets(entry) {
    if (!entry) return [];
    return [...entry.above.filter((above) => above.list), entry].flatMap((one) => (one.list ? one.list.slice(0, one.position) : []));
  }

  /** Results of end steps and outcomes, by the name of the end step that has it. */
  results() {
    const found = new Map(this.config.sources.results.map((one) => [one.value, one.label]));
    const last = this.doc.start?.limit?.end_result;
    if (last && !found.has(last)) found.set(last, last);
    for (const step of steps(this.doc.steps)) {
      const result = step.kind === 'end' && step.props?.result;
      if (result) found.set(result, words(step.name) || found.get(result) || result);
      for (const one of step.outcomes || []) { const [kind, target] = String(one.effect || '').split(':'); if (kind === 'end' && target && !found.has(target)) found.set(target, target); }
    }
    return [...found].map(([value, label]) => ({ value, label }));
  }
}

customElements.define('flow-designer', FlowDesigner);
