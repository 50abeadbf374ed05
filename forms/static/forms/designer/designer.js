// The designer: the document, its history, the selected card and its sheet, and what the server says of it.
// A subclass gives the shape of its documents, the names and the sheets; the text area holds the document as text.

import { Canvas } from './canvas.js';
import { drawGroup } from './controls.js';
import { button, filled, h, icon, iconButton } from './dom.js';
import * as tree from './tree.js';

const CHECK_AFTER_MS = 600;
const MERGE_WITHIN_MS = 2000;
const MOST_UNDO = 100;
const CLIP = 'dandelion-card';

export class CardDesigner extends HTMLElement {
  connectedCallback() {
    if (this.source) return;
    this.element = this;
    this.source = this.querySelector('textarea');
    this.config = JSON.parse(this.querySelector('.cd-config').textContent);
    this.past = []; this.future = []; this.problems = []; this.selected = null; this.memories = new Map();
    this.shape = this.makeShape();
    this.status = h('span', { class: 'cd-status', role: 'status' });
    if (!this.read()) { this.classList.add('is-unreadable'); this.prepend(h('p', { class: 'cd-unreadable' }, this.word('unreadable'))); return; }
    this.build();
    this.undoButton.disabled = true;
    this.redoButton.disabled = true;
    this.canvas.draw();
    this.check();
  }

  /** Takes the document from the text area; false when it is no tree. */
  read() {
    try {
      const doc = JSON.parse(this.source.value || '{}');
      if (!this.shape.fits(doc)) return false;
      this.doc = doc;
      this.entries = tree.index(this.shape, doc);
      return true;
    } catch { return false; }
  }

  word(name) { return this.config.words[name] ?? name; }

  kind(name) { return this.config.kinds[name] || { label: name, icon: 'warning', sheet: [] }; }

  nameOf(node) { return tree.words(this.shape.nameOf(node)) || this.word('unnamed'); }

  build() {
    this.canvas = new Canvas(this);
    const tool = (name, run, key) => button(this.word(name), run, { class: 'cd-tool cd-text', title: key });
    this.undoButton = tool('undo', () => this.undo(), 'Ctrl+Z');
    this.redoButton = tool('redo', () => this.redo(), 'Ctrl+Y');
    this.views = ['cards', 'picture', 'source'].filter((name) => name !== 'picture' || this.config.has_picture).map((name) => button(this.word(name), () => this.show(name), { class: 'cd-tool cd-text', 'aria-pressed': String(name === 'cards'), 'data-view': name }));
    this.problemBox = h('div', { class: 'cd-problems', role: 'group', 'aria-live': 'polite' });
    this.drawer = h('aside', { class: 'cd-drawer', hidden: true });
    this.picture = h('div', { class: 'cd-picture', hidden: true, tabindex: '0' });
    this.body = h('div', { class: 'cd-body' }, this.canvas.element, this.drawer);
    this.append(h('div', { class: 'cd-bar', role: 'toolbar', 'aria-label': this.word('toolbar') }, this.undoButton, this.redoButton, h('span', { class: 'cd-views' }, this.views), h('span', { class: 'cd-version' }, this.config.version || ''), this.status),
      this.problemBox, this.body, this.picture, h('p', { class: 'cd-help cd-shortcuts' }, this.word('shortcuts')));
    this.classList.add('is-ready');
    this.source.addEventListener('change', () => { if (this.read()) { this.past = []; this.future = []; this.select(null); this.check(); } });
    this.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.target.closest('input, textarea, select')) return;
      if (event.key === 'z') { event.preventDefault(); this.undo(); }
      if (event.key === 'y') { event.preventDefault(); this.redo(); }
    });
  }

  show(view) {
    for (const one of this.views) one.setAttribute('aria-pressed', String(one.dataset.view === view));
    this.body.hidden = view !== 'cards';
    this.picture.hidden = view !== 'picture';
    this.classList.toggle('shows-source', view === 'source');
  }

  say(text) { this.status.textContent = text; }

  // history and changes

  /** Changes the document. `merge`: changes with the same name in quick succession undo together. */
  edit(what, action, { merge = '' } = {}) {
    const before = JSON.stringify(this.doc);
    if (action() === false) return false;
    const last = this.past.at(-1);
    const now = Date.now();
    if (!merge || !last || last.merge !== merge || now - last.at > MERGE_WITHIN_MS) this.past.push({ before, what, merge, at: now });
    else last.at = now;
    if (this.past.length > MOST_UNDO) this.past.shift();
    this.future = [];
    this.changed();
    if (!merge) this.say(what);
    return true;
  }

  changed() {
    this.entries = tree.index(this.shape, this.doc);
    this.source.value = JSON.stringify(this.doc, null, 2);
    this.source.dispatchEvent(new Event('input', { bubbles: true })); // Wagtail's autosave and its warning listen
    this.undoButton.disabled = !this.past.length;
    this.redoButton.disabled = !this.future.length;
    this.canvas.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), CHECK_AFTER_MS);
  }

  step(from, to, word) {
    const one = from.pop();
    if (!one) return;
    to.push({ ...one, before: JSON.stringify(this.doc) });
    this.doc = JSON.parse(one.before);
    this.memories.clear();
    this.changed();
    this.select(this.selected && (this.selected === 'start' || this.entries.has(this.selected)) ? this.selected : null);
    this.say(filled(this.word(word), { what: one.what }));
  }

  undo() { this.step(this.past, this.future, 'undone'); }

  redo() { this.step(this.future, this.past, 'redone'); }

  // cards

  mayHold(parent, node) { return this.shape.kindsIn(parent === null ? null : this.entries.get(parent)).includes(this.shape.kindOf(node)); }

  add(kind, at) {
    const node = this.shape.make(kind, this.doc, this.kind(kind));
    const list = tree.listAt(this.shape, this.doc, at.parent);
    this.edit(filled(this.word('added'), { name: this.kind(kind).label }), () => { list.splice(at.position, 0, node); });
    const entry = [...this.entries.values()].find((one) => one.node === node);
    this.select(entry.key, { focus: true });
  }

  moveTo(key, at) {
    const entry = this.entries.get(key);
    this.edit(filled(this.word('moved'), { name: this.nameOf(entry.node) }), () => tree.move(this.shape, entry, tree.listAt(this.shape, this.doc, at.parent), at.position));
  }

  shift(key, by) {
    const { node, list, position } = this.entries.get(key);
    if (position + by < 0 || position + by >= list.length) return;
    this.edit(filled(this.word('moved'), { name: this.nameOf(node) }), () => { list.splice(position, 1); list.splice(position + by, 0, node); });
  }

  remove(key) {
    const { node, list, position } = this.entries.get(key);
    this.edit(filled(this.word('deleted'), { name: this.nameOf(node) }), () => { list.splice(position, 1); });
    if (this.selected && this.selected !== 'start' && !this.entries.has(this.selected)) this.select(null);
  }

  clip() { try { return JSON.parse(window.sessionStorage.getItem(`${CLIP}:${this.localName}`)); } catch { return null; } }

  copy(key) {
    const { node } = this.entries.get(key);
    window.sessionStorage.setItem(`${CLIP}:${this.localName}`, JSON.stringify(node));
    this.say(filled(this.word('copied'), { name: this.nameOf(node) }));
    this.canvas.draw();
  }

  paste(at) {
    const node = this.shape.renewed(this.clip(), this.doc);
    this.edit(filled(this.word('added'), { name: this.nameOf(node) }), () => { tree.listAt(this.shape, this.doc, at.parent).splice(at.position, 0, node); });
    this.select([...this.entries.values()].find((one) => one.node === node).key);
  }

  // the sheet

  select(key, { focus = false, path = '' } = {}) {
    this.selected = key;
    this.drawSheet();
    this.canvas.draw();
    const wanted = path ? this.drawer.querySelector(`[data-path="${CSS.escape(path)}"]`) : null;
    if (wanted) { wanted.closest('details')?.setAttribute('open', ''); wanted.scrollIntoView({ block: 'center' }); wanted.querySelector('input, select, textarea, button')?.focus(); }
    else if (focus) this.drawer.querySelector('.cd-sheet input, .cd-sheet select, .cd-sheet textarea')?.focus();
  }

  drawSheet() {
    const target = this.sheetOf(this.selected);
    this.drawer.hidden = !target;
    if (!target) { this.drawer.replaceChildren(); return; }
    const top = this.drawer.scrollTop;
    const stops = () => [...this.drawer.querySelectorAll('input, select, textarea, button, summary')];
    const at = this.drawer.contains(document.activeElement) ? stops().indexOf(document.activeElement) : -1;
    const context = this.context(target);
    const close = () => { const { selected } = this; this.select(null); this.canvas.element.querySelector(`[data-cd="${CSS.escape(selected)}"]`)?.focus(); };
    const problems = this.problemsOf(this.selected);
    this.drawer.setAttribute('aria-label', target.title);
    this.drawer.replaceChildren(...[h('div', { class: 'cd-drawer-head' }, icon(target.icon), h('h2', {}, target.title), iconButton(this.word('close'), 'cross', close)),
      problems.length ? h('ul', { class: 'cd-sheet-problems' }, problems.map((one) => h('li', one.warning ? { class: 'is-warning' } : {}, one.sentence))) : null,
      h('div', { class: 'cd-sheet' }, target.sheet.map((group) => drawGroup(group, context)), target.extra ? target.extra(context) : null)].filter(Boolean));
    for (const one of problems) this.drawer.querySelector(`[data-path="${CSS.escape(one.path)}"]`)?.classList.add('is-bad');
    this.drawer.scrollTop = top;
    if (at >= 0) { const all = stops(); all[Math.min(at, all.length - 1)]?.focus({ preventScroll: true }); }
  }

  /** What controls use to read and change one card; `prefix` for the items of its lists. */
  context(target, prefix = '') {
    const stored = (path) => `${this.selected}/${prefix}${path}`;
    return {
      target, designer: this, config: this.config, word: (name) => this.word(name),
      get: (path) => tree.valueAt(target.node, prefix + path),
      set: (path, value) => {
        const same = JSON.stringify(tree.valueAt(target.node, prefix + path)) === JSON.stringify(value);
        if (!same) this.edit(filled(this.word('changed'), { name: target.name() }), () => { tree.setAt(target.node, prefix + path, value); }, { merge: stored(path) });
      },
      within: (path, position) => this.context(target, `${prefix}${path}.${position}.`),
      redraw: () => this.drawSheet(),
      choices: (source) => this.choices(source, target),
      fields: (control) => this.fieldsFor(control, target),
      holds: (only) => { const value = tree.valueAt(target.node, prefix + only.path); return only.is ? only.is.includes(value) : only.set === (value !== undefined); },
      memory: (key, initial, stamp) => { const kept = this.memories.get(stored(key)); return kept && kept.stamp === stamp ? kept.value : initial; },
      remember: (key, value, stamp) => { this.memories.set(stored(key), { value, stamp }); },
    };
  }

  // what the server says

  async ask(url, content) {
    const token = this.closest('form')?.querySelector('[name=csrfmiddlewaretoken]')?.value || '';
    const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': token }, body: JSON.stringify(content) });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async check() {
    const asked = JSON.stringify(this.doc);
    try {
      const found = await this.ask(this.config.urls.check, { document: this.doc, ...this.checkMore() });
      if (asked !== JSON.stringify(this.doc)) return; // changed meanwhile: the next check answers
      const before = JSON.stringify(this.problems);
      this.problems = found.problems.map((one) => ({ ...one, ...this.cardOf(one.place) }));
      if (found.picture !== undefined) this.picture.innerHTML = found.picture + found.outline; // drawn by the server, which escapes every text
      this.drawProblems();
      if (before === JSON.stringify(this.problems)) return; // drawing anew would swallow a click that has begun
      this.canvas.draw();
      if (this.selected && !this.drawer.contains(document.activeElement)) this.drawSheet();
    } catch {
      this.say(this.word('check_failed'));
    }
  }

  checkMore() { return {}; }

  cardOf(place) {
    const { nodes, rest } = tree.nodesOnTheWay(this.doc, place);
    for (const node of nodes.reverse()) {
      const entry = [...this.entries.values()].find((one) => one.node === node);
      if (entry) return { key: entry.key, path: rest };
    }
    return this.cardBeside(place);
  }

  problemsOf(key) { return this.problems.filter((one) => one.key === key); }

  faultsOf(key) { return this.problemsOf(key).filter((one) => !one.warning); }

  drawProblems() {
    const { problems } = this;
    const name = (one) => (one.key === 'start' || !this.entries.has(one.key) ? '' : `${this.entries.get(one.key).number} ${this.nameOf(this.entries.get(one.key).node)}：`);
    const list = problems.map((one) => h('li', one.warning ? { class: 'is-warning' } : {}, one.key ? button(`${name(one)}${one.sentence}`, () => { this.show('cards'); this.select(one.key, { path: one.path }); this.canvas.element.querySelector(`[data-cd="${CSS.escape(one.key)}"]`)?.scrollIntoView({ block: 'center', inline: 'center' }); }, { class: 'cd-problem' }) : h('span', { class: 'cd-problem' }, one.sentence)));
    const bad = problems.filter((one) => !one.warning).length;
    const heading = bad ? h('strong', {}, filled(this.word('problems'), { count: bad })) : h('span', { class: 'cd-fine' }, icon('check'), this.word('only_warnings'));
    this.problemBox.replaceChildren(problems.length ? h('div', {}, heading, h('ul', {}, list)) : h('span', { class: 'cd-fine' }, icon('check'), this.word('no_problems')));
  }
}
