// Saves what is being filled in: some seconds after a change, and when the page is left. The server keeps the draft;
// when it was saved elsewhere meanwhile, this page says so and saves no more until somebody presses a button.
const WAIT = 4000;

class Drafting {
  constructor(form) {
    this.form = form;
    this.told = form.querySelector("[data-saved]");
    this.changed = false;
    for (const event of ["input", "change"]) form.addEventListener(event, () => this.later());
    form.addEventListener("submit", () => this.stop());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.save(true));
    addEventListener("pagehide", () => this.save(true));
  }

  later() {
    this.changed = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(false), WAIT);
  }

  stop() {
    clearTimeout(this.timer);
    this.changed = false;
  }

  /** What the page would send, without files, which only a button sends. */
  content() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("form-turn", "auto");
    return data;
  }

  async save(leaving) {
    if (!this.changed || this.over) return;
    this.stop();
    try {
      const sent = { method: "POST", body: this.content(), keepalive: leaving, headers: { Accept: "application/json" } };
      const answer = await fetch(location.pathname, sent);
      const said = await answer.json();
      if (answer.ok) this.form.elements["form-seen"].value = said.seen;
      else if (answer.status === 409) this.over = true;
      this.say(said.sentence);
    } catch {
      this.changed = true;
      this.say(this.told?.dataset.failed);
    }
  }

  say(sentence) {
    if (this.told && sentence) this.told.textContent = sentence;
  }
}

const form = document.querySelector('input[name="form-leaf"]')?.form;
if (form) new Drafting(form);
