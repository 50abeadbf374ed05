// Adds, copies and removes rows of a group at once; without this the buttons ask the server (forms/rowsets.py).
const BLANK = "__row__";

const freshId = () => [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const inputsOf = (row) => [...row.querySelectorAll("input:not([type=hidden]), select, textarea")];

class Rows {
  constructor(root) {
    this.root = root;
    this.body = root.querySelector("tbody");
    this.model = root.querySelector("template");
    this.name = root.dataset.rows;
    root.querySelector(`[name="${CSS.escape(`${this.name}-stay`)}"]`)?.remove();
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-press]");
      if (!button) return;
      event.preventDefault();
      this[button.dataset.press](button.closest("[data-row]"));
    });
    this.fit();
  }

  get rows() {
    return [...this.body.children];
  }

  add(source = null) {
    const holder = document.createElement("template");
    holder.innerHTML = this.model.innerHTML.replaceAll(BLANK, freshId());
    const row = holder.content.querySelector("[data-row]");
    this.body.append(row);
    if (source) this.fill(row, source);
    this.changed();
    inputsOf(row)[0]?.focus();
  }

  copy(row) {
    this.add(row);
  }

  remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.changed();
    ((next && inputsOf(next)[0]) ?? this.root.querySelector('[data-press="add"]'))?.focus();
  }

  /** The values of one row in another: an input belongs to the one whose name ends alike. */
  fill(row, source) {
    const ending = (input, of) => `${input.name.replace(`-${of.dataset.row}-`, "-")}=${["radio", "checkbox"].includes(input.type) ? input.value : ""}`;
    const values = new Map(inputsOf(source).map((input) => [ending(input, source), input]));
    for (const input of inputsOf(row)) {
      const from = values.get(ending(input, row));
      if (!from) continue;
      if (["radio", "checkbox"].includes(input.type)) input.checked = from.checked;
      else input.value = from.value;
    }
  }

  /** Every row has its number, and the buttons fit the number of rows. */
  fit() {
    this.rows.forEach((row, at) => {
      for (const place of row.querySelectorAll("[data-number]")) place.textContent = this.root.dataset.each.replace("{n}", at + 1);
    });
    const isFull = this.rows.length >= Number(this.root.dataset.most);
    for (const button of this.root.querySelectorAll('[data-press="add"], [data-press="copy"]')) button.hidden = isFull;
    for (const button of this.root.querySelectorAll("[data-press]")) button.type = "button";
  }

  /** The rules of the form learn of it, and what saves by itself. */
  changed() {
    this.fit();
    this.root.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

for (const root of document.querySelectorAll("[data-rows]")) new Rows(root);
