// The designer of forms: sections hold fields.

import { CardDesigner } from './designer.js';
import { h, icon } from './dom.js';
import { copyOf, freshId, words } from './tree.js';

const SECTION = 'section';
const WHOLE = 'start'; // the card on top
const isSection = (node) => Array.isArray(node.fields);
const allFields = (doc) => doc.sections.flatMap((section) => section.fields);

export class FormDesigner extends CardDesigner {
  makeShape() {
    const { kinds } = this.config;
    return {
      fits: (doc) => doc && Array.isArray(doc.sections) && doc.sections.every((one) => one && Array.isArray(one.fields) && one.fields.every((field) => field && typeof field === 'object')),
      root: (doc) => doc.sections,
      lanes: (node) => (isSection(node) ? [{ owner: node, list: node.fields }] : []),
      keyOf: (node) => (isSection(node) ? `g:${node.id}` : `f:${node.id}`),
      laneKey: () => null,
      kindOf: (node) => (isSection(node) ? SECTION : node.kind),
      kindsIn: (entry) => (entry ? Object.keys(kinds).filter((kind) => kind !== SECTION) : [SECTION]),
      isLast: () => false,
      nameOf: (node) => (isSection(node) ? node.title : node.label || node.text),
      hasEnd: false,
      make: (kind, doc, described) => {
        if (kind === SECTION) return { id: freshId('section', new Set(doc.sections.map((one) => one.id))), title: described.label, fields: [] };
        return this.named({ id: '', key: kind, ...copyOf(described.defaults) }, doc);
      },
      renewed: (node, doc) => {
        if (!isSection(node)) return this.named(node, doc);
        const made = { ...node, id: freshId(node.id, new Set(doc.sections.map((one) => one.id))), fields: [] };
        const seen = { sections: [...doc.sections, made] };
        for (const field of node.fields) made.fields.push(this.named(field, seen));
        return made;
      },
    };
  }

  /** A field with an id and a key that no other has, nor had in a published version. */
  named(field, doc) {
    const fields = allFields(doc);
    const taken = new Set([...fields.map((one) => one.id), ...this.config.used_ids]);
    let n = fields.length + 1;
    while (taken.has(`f${n}`)) n += 1;
    return { ...field, id: `f${n}`, key: freshId(field.key, new Set([...fields.map((one) => one.key), ...this.config.frozen_keys])) };
  }

  /** The card of what concerns the whole form: checks across several answers. */
  drawStart(canvas) {
    const { label, icon: name, empty } = this.config.document;
    const bad = this.faultsOf(WHOLE).length;
    const count = (this.doc.checks || []).length;
    return h('div', { class: `cd-card cd-kind-start${this.selected === WHOLE ? ' is-selected' : ''}${bad ? ' is-bad' : ''}` }, h('button', { type: 'button', class: 'cd-main', 'data-cd': WHOLE, 'aria-pressed': String(this.selected === WHOLE), onclick: () => this.select(WHOLE) },
      h('span', { class: 'cd-head' }, icon(name), h('b', {}, label)), h('span', { class: 'cd-kind' }, count ? String(count) : empty), bad ? h('span', { class: 'cd-bad' }, icon('warning'), canvas.word('needs_work')) : null));
  }

  drawAddLane() { return null; }

  laneSummary() { return ''; }

  summary({ node }) { return isSection(node) ? '' : [node.required ? this.config.labels.required : '', node.show_if ? this.config.labels.conditional : ''].filter(Boolean).join(' · '); }

  notes() { return []; }

  sheetOf(key) {
    if (key === WHOLE) {
      const { label, icon: name, sheet } = this.config.document;
      return { node: this.doc, icon: name, title: label, sheet, name: () => label, entry: null };
    }
    const entry = this.entries.get(key);
    if (!entry) return null;
    const kind = this.kind(this.shape.kindOf(entry.node));
    const isFrozen = this.config.frozen_keys.includes(entry.node.key);
    const sheet = kind.sheet.map((group) => ({ ...group, controls: group.controls.map((one) => (one.path === 'key' && isFrozen ? { ...one, kind: 'fixed', help: this.config.labels.frozen } : one)) }));
    return { node: entry.node, icon: kind.icon, title: kind.label, sheet, name: () => this.nameOf(entry.node), entry };
  }

  cardBeside(place) { return place.startsWith('checks') ? { key: WHOLE, path: 'checks' } : { key: null, path: '' }; }

  choices(source, target) {
    if (source === 'fields') return this.fieldsFor({}, target);
    if (source === 'asked_fields') {
      const worked = new Set(allFields(this.doc).filter((one) => one.calc !== undefined || one.kind === 'ledger_snapshot').map((one) => one.key));
      return this.fieldsFor({}, target).filter((one) => !worked.has(one.value));
    }
    if (source === 'subject_fields') return this.fieldsFor({ field_kinds: ['member', 'team', 'unit'] }, target);
    if (source === 'own_options') return (target.node.options || []).map((one) => ({ value: one.id, label: words(one.label) || one.id }));
    return this.config.sources[source] || [];
  }

  /** Fields that a rule may read: all others. `kinds`: only of these. */
  fieldsFor(control, target) {
    const found = [];
    for (const section of this.doc.sections) {
      for (const field of section.fields) {
        const kind = this.config.kinds[field.kind];
        if (field === target.node || section === target.node || !kind || kind.type === null || (control.field_kinds && !control.field_kinds.includes(field.kind))) continue;
        found.push({ value: field.key, label: this.nameOf(field), type: kind.type, kind: field.kind, options: field.options?.map((one) => ({ value: one.id, label: this.nameOf({ kind: 'x', label: one.label }) })) });
      }
    }
    return found;
  }
}

customElements.define('form-designer', FormDesigner);
