// Makes lists to open of the line for province, city and county. Without this script the line is written, and the
// server understands it; with it the line holds the code of the place.

const below = (all, code) => Object.keys(all).filter((one) => above(all, one) === code);

function above(all, code) {
  const ups = [`${code.slice(0, 4)}00`, `${code.slice(0, 2)}0000`];
  return ups.find((up) => up !== code && up in all) ?? "";
}

function pathOf(all, code) {
  return code in all ? [...pathOf(all, above(all, code)), code] : [];
}

function start(box, all) {
  const line = box.querySelector("input");
  const names = [box.dataset.province, box.dataset.city, box.dataset.county];
  const selects = names.map((name) => {
    const select = document.createElement("select");
    select.className = "select";
    select.setAttribute("aria-label", name);
    select.addEventListener("change", () => choose(select.value || chosenAbove(select)));
    return select;
  });
  selects[0].id = line.id;
  line.removeAttribute("id");
  line.hidden = true;
  box.append(...selects);

  const chosenAbove = (select) => selects[selects.indexOf(select) - 1]?.value ?? "";

  function show(code) {
    const path = pathOf(all, code);
    for (const [level, select] of selects.entries()) {
      const offered = level <= path.length ? below(all, path[level - 1] ?? "") : [];
      select.replaceChildren(new Option(names[level], ""), ...offered.map((one) => new Option(all[one], one)));
      select.value = path[level] ?? "";
      select.hidden = !offered.length;
    }
    return path;
  }

  function choose(code) {
    const path = show(code);
    const isWhole = code && !below(all, code).length;
    line.value = isWhole ? code : path.map((one) => all[one]).join("");
    line.dispatchEvent(new Event("input", { bubbles: true }));
  }

  show(box.dataset.code); // what was written and not understood stays in the line until something is chosen
}

for (const box of document.querySelectorAll("[data-regions]")) {
  fetch(box.dataset.regions)
    .then((answer) => answer.json())
    .then((all) => start(box, all))
    .catch(() => {}); // the line stays as it is
}
