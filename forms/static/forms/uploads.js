// Lists the files that were chosen, each with a button that takes it back, and tells at once of one that is too large.
// Choosing again adds to them. The server judges every file anew; without this script the browser's own input is enough.
const MEGABYTE = 1024 * 1024;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

function element(tag, more) {
  return Object.assign(document.createElement(tag), more);
}

class Chosen {
  constructor(box) {
    this.input = box.querySelector("input[type=file]");
    this.words = box.dataset;
    this.files = [];
    this.list = element("ul", { className: "files-kept" });
    this.told = element("p", { className: "error", hidden: true });
    this.told.setAttribute("role", "status");
    this.sending = element("div", { hidden: true });
    this.sending.setAttribute("role", "status");
    box.append(this.list, this.told, this.sending);
    this.input.addEventListener("change", () => this.add([...this.input.files]));
    this.input.form?.addEventListener("submit", (event) => setTimeout(() => this.send(event)));
    addEventListener("pageshow", () => (this.sending.hidden = true));
    this.input.form?.addEventListener("reset", () => this.show([]));
  }

  add(files) {
    const { most, largest } = this.input.dataset;
    const told = [];
    const all = [...this.files];
    for (const file of files) {
      if (all.some((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified)) continue;
      if (file.size > largest * MEGABYTE) told.push(filled(this.words.large, { name: file.name, size: largest }));
      else if (all.length >= most) told.push(filled(this.words.many, { name: file.name, count: most }));
      else all.push(file);
    }
    this.show(all, told);
  }

  /** The input holds exactly the files of the list. */
  show(files, told = []) {
    this.files = files;
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    this.input.files = held.files;
    this.list.replaceChildren(...files.map((file) => this.row(file)));
    this.told.textContent = told.join(" ");
    this.told.hidden = !told.length;
  }

  row(file) {
    const size = file.size < MEGABYTE ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / MEGABYTE).toFixed(1)} MB`;
    const button = element("button", { type: "button", className: "btn btn--text btn--s", textContent: this.words.remove });
    button.append(element("span", { className: "sr", textContent: ` ${file.name}` }));
    button.addEventListener("click", () => {
      this.show(this.files.filter((one) => one !== file));
      (this.list.querySelector("button") ?? this.input).focus();
      this.input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const row = element("li", { className: "uploads__one" });
    row.append(element("span", { textContent: `${file.name} · ${size}` }), button);
    return row;
  }

  send(event) {
    if (event.defaultPrevented || !this.files.length) return;
    this.sending.hidden = false;
    const bar = element("progress", { ariaLabel: this.words.sending });
    this.sending.replaceChildren(element("p", { className: "help", textContent: this.words.sending }), bar);
  }
}

for (const box of document.querySelectorAll(".uploads")) new Chosen(box);
