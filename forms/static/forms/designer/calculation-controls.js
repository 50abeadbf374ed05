// The control for what is worked out instead of asked: a number of terms, a day with days added, a text of parts.

import { buildDay, buildNumber, buildText, parseDay, parseNumber, parseText, SIGNS, SPANS, TODAY } from './calculations.js';
import { CONTROLS, framed, selectOf } from './controls.js';
import { button, h, iconButton } from './dom.js';
import { copyOf } from './tree.js';

const CONSTANT = '=';

/** What a select calls the thing that a term reads, and back. */
const valueOf = (term) => (term.is === 'constant' ? CONSTANT : term.is in SPANS ? term.is : term.name ? `${term.is}:${term.name}` : undefined);
function readAs(value) {
  if (value === undefined) return {};
  if (value === CONSTANT) return { is: 'constant' };
  if (value in SPANS) return { is: value };
  const [is, ...name] = value.split(':');
  return { is, name: name.join(':') };
}

class Calculation {
  constructor(control, ctx, { parse, build, draw }) {
    Object.assign(this, { control, ctx, build, draw });
    this.fields = ctx.fields(control);
    this.now = ctx.get(control.path);
    this.state = parse(this.now);
    if (this.state) this.state = ctx.memory(control.path, copyOf(this.state), this.stamp(this.now));
  }

  stamp(value) { return JSON.stringify(value ?? null); }

  word(name) { return this.ctx.word(name); }

  store(isDrawnAnew) {
    const made = this.build(this.state);
    this.ctx.set(this.control.path, made);
    this.ctx.remember(this.control.path, this.state, this.stamp(made));
    if (isDrawnAnew) this.ctx.redraw();
  }

  element() {
    if (this.state) return framed(this.control, this.draw(this));
    const again = button(this.word('begin_anew'), () => { this.ctx.set(this.control.path, undefined); this.ctx.redraw(); });
    return framed(this.control, h('p', { class: 'cd-help' }, this.word('kept_as_is')), h('pre', { class: 'cd-kept', translate: 'no' }, this.stamp(this.now)), again);
  }

  days() { return [{ value: TODAY, label: this.word('calc_today') }, ...this.fields.filter((one) => one.type === 'date')]; }

  numbers() {
    const of = (is, fits, label = (one) => one.label) => this.fields.filter(fits).map((one) => ({ value: `${is}:${one.value}`, label: label(one), group: this.word(`calc_${is}`) }));
    return [
      ...of('field', (one) => one.type === 'number' && !one.summed),
      ...of('sum', (one) => one.summed),
      ...of('count', (one) => one.type === 'list' || one.isRows),
      { value: CONSTANT, label: this.word('calc_constant') },
      ...Object.keys(SPANS).map((name) => ({ value: name, label: this.word(`calc_${name}`) })),
    ];
  }

  /** The select of what a term reads, and what belongs to it. */
  operand(term, change) {
    const select = selectOf(this.ctx, this.numbers(), valueOf(term), (value) => change({ ...(term.sign ? { sign: term.sign } : {}), ...readAs(value) }), { empty: this.word('please_choose'), label: this.word('calc_what') });
    if (term.is === 'constant') return [select, this.constant(term)];
    if (!(term.is in SPANS)) return [select];
    const end = (name) => selectOf(this.ctx, this.days(), term[name], (value) => { term[name] = value; this.store(true); }, { empty: this.word('please_choose'), label: this.word(`calc_${name}`) });
    return [select, end('from'), end('to')];
  }

  constant(term) {
    const input = h('input', { type: 'number', step: 'any', value: term.value ?? '', 'aria-label': this.word('value'), oninput: () => { term.value = input.value === '' ? undefined : Number(input.value); this.store(false); } });
    return input;
  }

  /** A list of things to which more can be added. */
  list(items, draw, add, label = this.word('calc_add')) {
    const rows = items.map((one, place) => h('li', { class: 'cd-item' }, h('div', { class: 'cd-item-body cd-row' }, draw(one, place)), iconButton(this.word('remove'), 'bin', () => { items.splice(place, 1); delete items[0]?.sign; this.store(true); })));
    return [h('ol', { class: 'cd-items' }, rows), button(`＋ ${label}`, () => { items.push(add()); this.store(true); })];
  }
}

function drawNumber(it) {
  const { state } = it;
  const sign = (term) => selectOf(it.ctx, SIGNS.map((one) => ({ value: one, label: it.word(`calc_${one}`) })), term.sign, (value) => { term.sign = value; it.store(false); }, { label: it.word('calc_sign') });
  const term = (one, place) => [place ? sign(one) : null, ...it.operand(one, (made) => { state.terms[place] = made; it.store(true); })];
  const places = ['', 0, 1, 2, 3, 4].map((one) => ({ value: String(one), label: one === '' ? it.word('calc_exact') : it.word(`calc_places_${one}`) }));
  const rounded = selectOf(it.ctx, places.slice(1), state.places, (value) => { state.places = value === undefined ? undefined : Number(value); it.store(false); }, { empty: places[0].label, label: it.word('calc_rounded') });
  return [
    it.list(state.terms, term, () => (state.terms.length ? { sign: '+', is: 'field' } : { is: 'field' })),
    state.terms.length > 2 ? h('p', { class: 'cd-help' }, it.word('calc_order')) : null,
    state.terms.length ? h('div', { class: 'cd-tongue' }, h('span', { 'aria-hidden': 'true' }, it.word('calc_rounded')), rounded) : null,
  ];
}

function drawDay(it) {
  const { state } = it;
  const from = selectOf(it.ctx, it.days(), state.from || undefined, (value) => { state.from = value ?? ''; it.store(true); }, { empty: it.word('not_set'), label: it.word('calc_from_day') });
  const added = state.days ? [h('p', { class: 'cd-help' }, it.word('calc_days_later')), h('div', { class: 'cd-row' }, it.operand(state.days, (made) => { state.days = made; it.store(true); })), button(it.word('remove'), () => { state.days = null; it.store(true); })] : button(`＋ ${it.word('calc_add_days')}`, () => { state.days = { is: 'constant' }; it.store(true); });
  return [from, state.from ? added : null];
}

function drawText(it) {
  const texts = [...it.fields.filter((one) => one.type === 'text' && !one.options), { value: CONSTANT, label: it.word('calc_words') }];
  const part = (one, place) => {
    const select = selectOf(it.ctx, texts, one.is === 'words' ? CONSTANT : one.name, (value) => { it.state[place] = value === CONSTANT ? { is: 'words', value: '' } : { is: 'field', name: value }; it.store(true); }, { empty: it.word('please_choose'), label: it.word('calc_what') });
    if (one.is !== 'words') return [select];
    const input = h('input', { type: 'text', value: one.value, maxlength: 200, 'aria-label': it.word('calc_words'), oninput: () => { one.value = input.value; it.store(false); } });
    return [select, input];
  };
  return it.list(it.state, part, () => ({ is: 'field' }), it.word('calc_add_part'));
}

const WAYS = {
  number: { parse: parseNumber, build: buildNumber, draw: drawNumber },
  date: { parse: parseDay, build: buildDay, draw: drawDay },
  text: { parse: parseText, build: buildText, draw: drawText },
};

CONTROLS.calculation = (control, ctx) => new Calculation(control, ctx, WAYS[control.result]).element();
