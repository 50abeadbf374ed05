// The keys of the inbox: j and k move among the rows, Enter opens the one in focus (it is a link), / searches.
const links = [...document.querySelectorAll("table[data-keys] tbody a")];
const search = document.getElementById("q");
const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

function move(step) {
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape" && event.target === search) search.blur();
    return;
  }
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (event.key === "/") search.focus();
  else return;
  event.preventDefault();
});
for (const help of document.querySelectorAll(".keys-help")) help.hidden = !matchMedia("(hover: hover)").matches;
