"""The evaluator of the browser, run on cases in the form of the shared vectors."""

from typing import Any

from playwright.sync_api import Browser, Route

from tests.browser.installation import ROOT

ADDRESS = "https://rules.test/"
COMPARE = """async ({cases, today}) => {
  const {evaluate, decimal, day, Decimal, Day, BudgetExceeded, MalformedRule} = await import("/rules.js");
  const value = (given) => {
    if (Array.isArray(given)) return given.map(value);
    if (given === null || typeof given !== "object") return given;
    if ("n" in given) return decimal(given.n);
    if ("d" in given) return day(given.d);
    return Object.fromEntries(Object.entries(given.row).map(([name, part]) => [name, value(part)]));
  };
  const tagged = (found) => {
    if (found instanceof Decimal) return {n: found.toString()};
    if (found instanceof Day) return {d: found.toString()};
    if (Array.isArray(found)) return found.map(tagged);
    if (found !== null && typeof found === "object")
      return {row: Object.fromEntries(Object.entries(found).map(([name, part]) => [name, tagged(part)]))};
    return found;
  };
  const result = (one) => {
    try { return tagged(evaluate(one.expression, value({row: one.data}), day(today))); }
    catch (stop) {
      if (stop instanceof BudgetExceeded) return {budget: stop.limit};
      if (stop instanceof MalformedRule) return {malformed: true};
      throw stop;
    }
  };
  return cases.map(result);
}"""


def results_in(chromium: Browser, cases: list[dict[str, Any]], today: str) -> list[Any]:
    """What the browser makes of each case: {"data": name → tagged value, "expression"} → tagged value."""

    def served(route: Route) -> None:
        if route.request.url.endswith("/rules.js"):
            route.fulfill(path=ROOT / "forms" / "static" / "forms" / "rules.js", content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>rules</title>", content_type="text/html")

    page = chromium.new_page()
    page.route(f"{ADDRESS}**", served)
    page.goto(ADDRESS)
    found: list[Any] = page.evaluate(COMPARE, {"cases": cases, "today": today})
    page.close()
    return found
