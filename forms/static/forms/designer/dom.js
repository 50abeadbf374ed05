// Small makers of elements. Texts always become text nodes, so nothing of a document is ever read as HTML.

/** An element; attributes that are false or undefined are left out, `onclick` and the like become listeners. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked' || name === 'disabled') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(3).filter((one) => one !== null && one !== undefined && one !== false));
  return element;
}

/** An icon of Wagtail's sprite. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', `icon icon-${name} cd-icon`);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

let counter = 0;
/** An id that no other element has. */
export const freshElementId = () => `cd-${(counter += 1)}`;

/** `{name}` in a text, replaced. */
export const filled = (text, params) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? params[name] : whole));

/** A button with text. */
export const button = (label, onclick, more = {}) => h('button', { type: 'button', class: 'cd-button', onclick, ...more }, label);

/** A button with an icon and a name for those who cannot see it. */
export const iconButton = (label, name, onclick, more = {}) => h('button', { type: 'button', class: 'cd-tool', 'aria-label': label, title: label, onclick, ...more }, icon(name));
