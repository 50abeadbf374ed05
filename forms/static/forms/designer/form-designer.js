// The designer of forms: sections hold fields; a group is a field that holds fields of its own, its columns.

import './calculation-controls.js';
import { CardDesigner } from './designer.js';
import { filled, h, icon } from './dom.js';
import { copyOf, freshId, words } from './tree.js';

const SECTION = 'section';
const GROUP = 'group';
const WHOLE = 'start'; // the card on top
const isSection = (node) => Array.isArray(node.fields) && node.kind === undefined;
const columnsOf = (field) => (field.kind === GROUP && Array.isArray(field.fields) ? field.fields : []);
const allFields = (doc) => doc.sections.flatMap((section) => section.fields.flatMap((field) => [field, ...columnsOf(field)]));
const isList = (fields) => Array.isArray(fields) && fields.every((field) => field && typeof field === 'object' && (field.fields === undefined || isList(field.fields)));

export class FormDesigner extends CardDesigner {
  makeShape() {
    const { kinds } = this.config;
    return {
      fits: (doc) => doc && Array.isArray(doc.sections) && doc.sections.every((one) => one && isList(one.fields)),
      root: (doc) => doc.sections,
      lanes: (node) => (isSection(node) || node.kind === GROUP ? [{ owner: node, list: (node.fields ??= []) }] : []),
      keyOf: (node) => (isSection(node) ? `g:${node.id}` : `f:${node.id}`),
      laneKey: () => null,
      kindOf: (node) => (isSection(node) ? SECTION : node.kind),
      kindsIn: (entry) => {
        if (!entry) return [SECTION];
        return isSection(entry.node) ? Object.keys(kinds).filter((kind) => kind !== SECTION) : this.config.columns;
      },
      isLast: () => false,
      nameOf: (node) => (isSection(node) ? node.title : node.label || node.text),
      hasEnd: false,
      make: (kind, doc, described) => {
        if (kind === SECTION) return { id: freshId('section', new Set(doc.sections.map((one) => one.id))), title: described.label, fields: [] };
        return this.withColumns(this.named({ id: '', key: kind, ...copyOf(described.defaults) }, doc), doc);
      },
      renewed: (node, doc) => {
        if (!isSection(node)) return this.withColumns(this.named(node, doc), doc);
        const made = { ...node, id: freshId(node.id, new Set(doc.sections.map((one) => one.id))), fields: [] };
        const seen = { sections: [...doc.sections, made] };
        for (const field of node.fields) made.fields.push(this.withColumns(this.named(field, seen), seen));
        return made;
      },
    };
  }

  /** A field with an id and a key that no other has, nor had in a published version. */
  named(field, doc) {
    const fields = allFields(doc);
    const frozen = this.config.frozen_keys.flatMap((key) => [key, ...key.split('.')]);
    return { ...field, id: this.freshFieldId(fields), key: freshId(field.key, new Set([...fields.map((one) => one.key), ...frozen])) };
  }

  freshFieldId(fields) {
    const taken = new Set([...fields.map((one) => one.id), ...this.config.used_ids]);
    let n = fields.length + 1;
    while (taken.has(`f${n}`)) n += 1;
    return `f${n}`;
  }

  /** A field whose columns have new ids; their keys stay, since the rules of the row name them. */
  withColumns(field, doc) {
    if (field.kind !== GROUP) return field;
    const others = [...allFields(doc), field];
    return { ...field, fields: columnsOf(field).map((column) => { const made = { ...column, id: this.freshFieldId(others) }; others.push(made); return made; }) };
  }

  /** The group in which a field is a column, if it is one. */
  groupOf(field) { return allFields(this.doc).find((one) => columnsOf(one).includes(field)); }

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
    const group = this.groupOf(entry.node);
    const isFrozen = this.config.frozen_keys.includes(group ? `${group.key}.${entry.node.key}` : entry.node.key);
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

  /** Fields that a rule may read: all others, of a row its own columns first. `field_kinds`: only of these. */
  fieldsFor(control, target) {
    const { labels } = this.config;
    const group = this.groupOf(target.node);
    const found = [];
    const offer = (field, name, more = {}) => {
      const kind = this.config.kinds[field.kind];
      if (field === target.node || !kind || kind.type === null || (control.field_kinds && !control.field_kinds.includes(field.kind))) return;
      const options = field.options?.map((one) => ({ value: one.id, label: this.nameOf({ kind: 'x', label: one.label }) }));
      found.push({ value: name, label: this.nameOf(field), type: field.kind === GROUP ? 'any' : kind.type, kind: field.kind, isRows: field.kind === GROUP, options, ...more });
    };
    if (group) for (const column of columnsOf(group)) offer(column, column.key, { group: this.nameOf(group) });
    const own = new Set(found.map((one) => one.value));
    for (const section of this.doc.sections) {
      if (section === target.node) continue;
      for (const field of section.fields) {
        if (field === group || own.has(field.key)) continue;
        offer(field, field.key);
        if (field === target.node || control.field_kinds) continue;
        for (const column of columnsOf(field)) {
          const label = `${this.nameOf(field)} · ${this.nameOf(column)}`;
          const isNumber = this.config.kinds[column.kind]?.type === 'number';
          offer(column, `${field.key}.${column.key}`, { label, type: column.options ? 'list' : 'any', kind: 'column' });
          if (isNumber && control.kind === 'calculation') offer(column, `${field.key}.${column.key}`, { label: filled(labels.sum, { name: label }), type: 'number', kind: 'column', summed: true });
        }
      }
    }
    return found;
  }
}

customElements.define('form-designer', FormDesigner);
