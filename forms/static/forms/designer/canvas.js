// Draws the cards and says what keys and pointers mean on them; `designer.js` changes the document.

import { filled, h, icon } from './dom.js';
import { openMenu } from './menu.js';

export class Canvas {
  constructor(designer) {
    this.designer = designer;
    this.dragged = null;
    this.element = h('div', { class: 'cd-canvas', onkeydown: (event) => this.onKey(event) });
  }

  word(name, params = {}) { return filled(this.designer.word(name), params); }

  draw() {
    const { designer } = this;
    const focused = document.activeElement?.dataset?.cd;
    this.keys = new Map([...designer.entries.values()].map((entry) => [entry.node, entry]));
    const { shape } = designer;
    const chart = h('div', { class: 'cd-chart' }, designer.drawStart(this), this.sequence(shape.root(designer.doc), null, true), shape.hasEnd ? h('div', { class: 'cd-terminal' }, this.word('end')) : null);
    this.element.replaceChildren(chart);
    if (focused) this.element.querySelector(`[data-cd="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  sequence(list, parent, isRoot = false) {
    const kinds = this.designer.shape.kindsIn(parent === null ? null : this.designer.entries.get(parent));
    const items = [h('li', { class: 'cd-gap' }, this.plus(parent, 0, kinds))];
    list.forEach((node, position) => {
      items.push(h('li', { class: 'cd-place' }, this.card(this.keys.get(node), parent)));
      if (!this.designer.shape.isLast(node) || position < list.length - 1) items.push(h('li', { class: 'cd-gap' }, this.plus(parent, position + 1, kinds)));
    });
    return h('ol', { class: `cd-sequence${isRoot ? ' cd-root' : ''}` }, items);
  }

  plus(parent, position, kinds) {
    const at = { parent, position };
    const opened = (event) => openMenu(this.designer.element, event.currentTarget, this.addGroups(at, kinds));
    return h('button', {
      type: 'button', class: 'cd-plus', 'data-cd': `+${parent ?? ''}:${position}`, 'aria-haspopup': 'menu', 'aria-label': this.word('add_here'), title: this.word('add_here'), onclick: opened,
      ondragover: (event) => { if (this.dragged && this.designer.mayHold(parent, this.dragged.node)) { event.preventDefault(); event.currentTarget.classList.add('is-over'); } },
      ondragleave: (event) => event.currentTarget.classList.remove('is-over'),
      ondrop: (event) => { event.preventDefault(); if (this.dragged) this.designer.moveTo(this.dragged.key, at); },
    }, icon('plus'));
  }

  addGroups(at, kinds) {
    const { designer } = this;
    const groups = designer.config.groups.map((group) => ({ heading: group.label, items: group.kinds.filter((kind) => kinds.includes(kind)).map((kind) => ({ label: designer.kind(kind).label, icon: designer.kind(kind).icon, run: () => designer.add(kind, at) })) }));
    const clip = designer.clip();
    if (clip && designer.mayHold(at.parent, clip)) groups.push({ heading: this.word('clipboard'), items: [{ label: this.word('paste', { name: designer.nameOf(clip) }), icon: 'copy', run: () => designer.paste(at) }] });
    return groups;
  }

  card(entry, parent) {
    const { designer } = this;
    const { node, key } = entry;
    const kind = designer.kind(designer.shape.kindOf(node));
    const bad = designer.faultsOf(key).length;
    const name = designer.nameOf(node);
    const summary = designer.summary(entry);
    const card = h('div', {
      class: `cd-card cd-kind-${designer.shape.kindOf(node)}${designer.selected === key ? ' is-selected' : ''}${bad ? ' is-bad' : ''}`, draggable: 'true',
      ondragstart: (event) => { this.dragged = entry; event.dataTransfer.setData('text/plain', name); event.stopPropagation(); designer.element.classList.add('is-dragging'); },
      ondragend: () => { this.dragged = null; designer.element.classList.remove('is-dragging'); },
    },
    h('button', { type: 'button', class: 'cd-main', 'data-cd': key, 'aria-pressed': String(designer.selected === key), onclick: () => designer.select(key) },
      h('span', { class: 'cd-head' }, icon(kind.icon), h('span', { class: 'cd-number' }, entry.number), h('b', {}, name)),
      h('span', { class: 'cd-kind' }, kind.label, summary ? ` · ${summary}` : ''),
      designer.notes(entry).map((note) => h('span', { class: 'cd-note' }, note)),
      bad ? h('span', { class: 'cd-bad' }, icon('warning'), this.word('needs_work')) : null),
    h('button', { type: 'button', class: 'cd-more', 'data-cd': `m${key}`, 'aria-haspopup': 'menu', 'aria-label': this.word('more', { name }), title: this.word('more', { name }), onclick: (event) => openMenu(designer.element, event.currentTarget, this.moreGroups(entry, parent)) }, icon('dots-horizontal')));
    const lanes = designer.shape.lanes(node);
    if (!lanes.length) return card;
    if (!designer.shape.laneKey(node, lanes[0].owner)) return h('div', { class: 'cd-holder' }, card, this.sequence(lanes[0].list, key));
    return h('div', { class: 'cd-fork' }, card, h('ul', { class: 'cd-lanes' }, lanes.map((lane) => this.lane(node, lane))), designer.drawAddLane(node, key));
  }

  lane(node, lane) {
    const { designer } = this;
    const entry = this.keys.get(lane.owner);
    const bad = designer.faultsOf(entry.key).length;
    return h('li', { class: 'cd-lane' }, h('button', { type: 'button', class: `cd-arm${designer.selected === entry.key ? ' is-selected' : ''}${bad ? ' is-bad' : ''}`, 'data-cd': entry.key, 'aria-pressed': String(designer.selected === entry.key), onclick: () => designer.select(entry.key) },
      h('b', {}, designer.nameOf(lane.owner)), h('span', { class: 'cd-kind' }, designer.laneSummary(node, lane.owner))), this.sequence(lane.list, entry.key));
  }

  moreGroups(entry, parent) {
    const { designer } = this;
    const { key, position, list } = entry;
    return [{ items: [
      { label: this.word('move_up'), icon: 'arrow-up', key: 'Alt+↑', disabled: position === 0, run: () => designer.shift(key, -1) },
      { label: this.word('move_down'), icon: 'arrow-down', key: 'Alt+↓', disabled: position === list.length - 1, run: () => designer.shift(key, 1) },
      { label: this.word('duplicate'), icon: 'copy', run: () => { designer.copy(key); designer.paste({ parent, position: position + 1 }); } },
      { label: this.word('copy'), icon: 'clipboard-list', key: 'Ctrl+C', run: () => designer.copy(key) },
      { label: this.word('cut'), icon: 'cut', key: 'Ctrl+X', run: () => { designer.copy(key); designer.remove(key); } },
      { label: this.word('delete'), icon: 'bin', key: 'Delete', run: () => designer.remove(key) },
    ] }];
  }

  onKey(event) {
    const { designer } = this;
    const key = event.target.dataset?.cd;
    if (!key) return;
    const stops = [...this.element.querySelectorAll('[data-cd]:not(.cd-more)')];
    const at = stops.indexOf(event.target);
    const entry = designer.entries.get(key);
    const isCard = entry && !entry.owner;
    const hasCommand = event.ctrlKey || event.metaKey;
    const done = (action) => { event.preventDefault(); event.stopPropagation(); action(); };
    const focus = (wanted) => this.element.querySelector(`[data-cd="${CSS.escape(wanted)}"]`)?.focus();
    if (event.altKey && isCard && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) return done(() => { designer.shift(key, event.key === 'ArrowUp' ? -1 : 1); focus(key); });
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') return done(() => stops[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus());
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      const lane = event.target.closest('.cd-lane');
      const next = event.key === 'ArrowRight' ? lane?.nextElementSibling : lane?.previousElementSibling;
      return next ? done(() => next.querySelector('[data-cd]')?.focus()) : undefined;
    }
    if (isCard && event.key === 'Delete') return done(() => { designer.remove(key); this.element.querySelectorAll('[data-cd]:not(.cd-more)')[Math.max(0, at - 1)]?.focus(); });
    if (isCard && hasCommand && event.key === 'c') return done(() => designer.copy(key));
    if (isCard && hasCommand && event.key === 'x') return done(() => { designer.copy(key); designer.remove(key); });
    if (hasCommand && event.key === 'v' && key.startsWith('+') && designer.clip()) {
      const [, parent, position] = key.match(/^\+(.*):(\d+)$/);
      return done(() => designer.paste({ parent: parent || null, position: Number(position) }));
    }
    return undefined;
  }
}
