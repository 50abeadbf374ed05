// A menu below a button: arrows move in it, Escape closes it and gives the focus back.

import { h, icon } from './dom.js';

let open = null;

function close(back) {
  if (!open) return;
  const { menu, opener } = open;
  open = null;
  menu.remove();
  opener.removeAttribute('aria-expanded');
  if (back) opener.focus();
}

document.addEventListener('click', (event) => {
  if (open && !open.menu.contains(event.target) && !open.opener.contains(event.target)) close(false);
});

function onKey(event) {
  const items = [...open.menu.querySelectorAll('[role=menuitem]:not([disabled])')];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) { event.preventDefault(); items[to].focus(); }
  if (event.key === 'Escape' || event.key === 'Tab') { event.preventDefault(); close(true); }
  event.stopPropagation();
}

/** Opens a menu in `host`. `groups`: [{heading, items: [{label, icon, run, key, disabled}]}]. */
export function openMenu(host, opener, groups) {
  const again = open && open.opener === opener;
  close(false);
  if (again) return;
  const menu = h('div', { class: 'cd-menu', role: 'menu', onkeydown: onKey }, groups.filter((one) => one.items.length).map((one) => [
    one.heading ? h('div', { class: 'cd-menu-heading', role: 'presentation' }, one.heading) : null,
    one.items.map((item) => h('button', { type: 'button', role: 'menuitem', tabindex: '-1', disabled: item.disabled, onclick: () => { close(true); item.run(); } }, icon(item.icon), h('span', {}, item.label), item.key ? h('kbd', {}, item.key) : null)),
  ]));
  open = { menu, opener };
  opener.setAttribute('aria-expanded', 'true');
  host.append(menu);
  const [at, frame] = [opener.getBoundingClientRect(), host.getBoundingClientRect()];
  menu.style.setProperty('top', `${at.bottom - frame.top + 6}px`);
  menu.style.setProperty('left', `${Math.max(8, Math.min(at.left - frame.left - 40, frame.width - menu.offsetWidth - 8))}px`);
  menu.querySelector('[role=menuitem]:not([disabled])')?.focus({ preventScroll: true });
}
