// Long lists are searched by typing. The list itself stays, hidden, and holds the answer.
const FIRST = [..."阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀"]; // in pinyin, the first of each letter
const { compare } = new Intl.Collator("zh-u-co-pinyin");
const initial = (letter) => (/\p{Script=Han}/u.test(letter) ? "abcdefghjklmnopqrstwxyz"[FIRST.findLastIndex((one) => compare(letter, one) >= 0)] : letter);

const EVENTS = ["input", "change"];
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s/g, "");

/** Whether a text holds what was typed, or its characters begin so in pinyin. */
function suits(text, typed) {
  const whole = plain(text);
  return whole.includes(typed) || (/^[a-z]+$/.test(typed) && [...whole].map(initial).join("").includes(typed));
}

const element = (tag, more) => Object.assign(document.createElement(tag), more);

/** An input of which the form learns nothing. */
function searching(source, more) {
  const { found, none } = source.dataset;
  const input = element("input", { autocomplete: "off", ...more });
  const told = element("span", { className: "sr", role: "status" });
  for (const name of EVENTS) input.addEventListener(name, (event) => event.stopPropagation());
  source.before(input, told);
  return [input, (count) => (told.textContent = count ? found.replace("{count}", count) : none)];
}

class Pick {
  constructor(select) {
    this.select = select;
    const box = element("div", { className: "pick" });
    select.before(box);
    box.append(select);
    const [input, say] = searching(select, { className: "select", role: "combobox", ariaAutoComplete: "list", placeholder: select.options[0].text });
    Object.assign(this, { input, say });
    for (const { name, value } of [...select.attributes]) {
      if (!/^(id$|aria-)/.test(name)) continue;
      input.setAttribute(name, value);
      select.removeAttribute(name);
    }
    this.list = element("ul", { className: "pick__list", role: "listbox", id: `${input.id}-list` });
    this.list.ariaLabel = input.labels[0]?.textContent ?? input.ariaLabel;
    input.setAttribute("aria-controls", this.list.id);
    input.after(this.list);
    select.hidden = true;
    input.onfocus = () => input.select();
    input.onclick = () => this.open("");
    input.oninput = () => this.open(plain(input.value));
    input.onkeydown = (event) => this.press(event);
    input.onblur = () => this.leave();
    this.list.onmousedown = (event) => event.preventDefault(); // the input keeps the focus
    this.list.onclick = ({ target }) => this.choose(this.found[[...this.list.children].indexOf(target.closest("li"))]);
    this.close();
  }

  open(typed) {
    const { select, list } = this;
    const said = (one) => [one.text, one.parentElement.label].filter(Boolean).join(" · ");
    this.found = [...select.options].filter((one) => one.value && !one.disabled && suits(said(one), typed));
    const texts = this.found.length ? this.found.map(said) : [select.dataset.none];
    list.replaceChildren(...texts.map((textContent, at) => element("li", { role: "option", id: `${list.id}-${at}`, textContent })));
    list.hidden = false;
    this.input.ariaExpanded = true;
    this.say(this.found.length);
    this.move(typed ? 0 : this.found.findIndex((one) => one.selected));
  }

  move(at) {
    this.at = at;
    const items = [...this.list.children];
    items.forEach((item, number) => (item.ariaSelected = number === at));
    this.input.setAttribute("aria-activedescendant", items[at]?.id ?? "");
    items[at]?.scrollIntoView({ block: "nearest" });
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isOpen = !this.list.hidden;
    if (step && isOpen) this.move(Math.min(Math.max(this.at + step, 0), this.found.length - 1));
    else if (step) this.open("");
    else if (event.key === "Enter") this.choose(isOpen && this.found[this.at]);
    else if (event.key === "Escape" && isOpen) this.close();
    else return;
    event.preventDefault();
  }

  choose(option) {
    if (!option) return;
    this.select.value = option.value;
    this.close();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** What was written in full is chosen, what was emptied is none; all else is taken back. */
  leave() {
    if (this.list.hidden) return;
    const typed = plain(this.input.value);
    const option = [...this.select.options].find((one) => !one.disabled && (typed ? plain(one.text) === typed : !one.value));
    if (!option?.selected) this.choose(option);
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.input.ariaExpanded = false;
    this.show();
  }

  show() {
    const [chosen] = this.select.selectedOptions;
    if (this.list.hidden) this.input.value = chosen?.value ? chosen.text : "";
  }
}

function boxes(group) {
  const words = group.dataset.find;
  const [input, say] = searching(group, { className: "input", type: "search", placeholder: words, ariaLabel: words });
  input.onkeydown = (event) => event.key !== "Enter"; // which would send the form
  input.oninput = () => {
    const labels = [...group.querySelectorAll("label")];
    for (const one of labels) one.style.display = suits(one.textContent, plain(input.value)) || one.querySelector(":checked") ? "" : "none";
    say(labels.filter((one) => one.offsetParent).length);
  };
}

/** Takes along what came with new rows, and shows what others changed. */
function look() {
  for (const select of document.querySelectorAll("select[data-found]")) (select.pick ??= new Pick(select)).show();
}

look();
document.querySelectorAll(".choices[data-found]").forEach(boxes);
for (const name of EVENTS) document.addEventListener(name, look);
document.addEventListener("reset", () => setTimeout(look));
