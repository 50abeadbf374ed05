// Lists the files that were chosen, each with a button that takes it back; choosing again adds to them.
const MEGABYTE = 1024 * 1024;
const element = (tag, more) => Object.assign(document.createElement(tag), more);

class Chosen {
  constructor(box) {
    this.input = box.querySelector("input");
    this.words = box.dataset;
    this.list = element("ul", { className: "files-kept" });
    this.told = element("p", { role: "status" });
    box.append(this.list, this.told);
    this.files = [];
    this.input.addEventListener("change", () => this.add(this.input.files));
    const { form } = this.input;
    form?.addEventListener("submit", () => this.files.length && this.say("help", this.words.sending));
    form?.addEventListener("reset", () => this.show([]));
    addEventListener("pageshow", () => this.say("help", ""));
  }

  add(files) {
    const { most, largest } = this.input.dataset;
    const { large, many } = this.words;
    const told = [];
    const all = [...this.files];
    for (const file of files) {
      const { name, size } = file;
      if (all.some((one) => one.name === name && one.size === size)) continue;
      const wrong = size > largest * MEGABYTE ? large : all.length >= most && many;
      if (wrong) told.push(wrong.replace("{name}", () => name));
      else all.push(file);
    }
    this.show(all);
    this.say("error", told.join(" "));
  }

  /** The input holds exactly the files of the list. */
  show(files) {
    this.files = files;
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    this.input.files = held.files;
    this.list.replaceChildren(...files.map((file) => this.row(file)));
    this.say("", "");
  }

  row(file) {
    const size = Math.ceil((file.size * 10) / MEGABYTE) / 10;
    const button = element("button", { type: "button", className: "btn btn--text btn--s", textContent: this.words.remove });
    button.append(element("span", { className: "sr", textContent: ` ${file.name}` }));
    button.addEventListener("click", () => {
      this.show(this.files.filter((one) => one !== file));
      (this.list.querySelector("button") ?? this.input).focus();
    });
    const row = element("li", { className: "uploads__one" });
    row.append(element("span", { textContent: `${file.name} · ${size} MB` }), button);
    return row;
  }

  say(className, textContent) {
    Object.assign(this.told, { className, textContent });
  }
}

for (const box of document.querySelectorAll(".uploads")) new Chosen(box);
