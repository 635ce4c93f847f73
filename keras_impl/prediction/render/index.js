// Sorts a table by the column whose heading is pressed, and the other way round when it is pressed again.
"use strict";

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const text = (row, column) => row.cells[column].textContent.trim();
  for (const [column, heading] of headings.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.setAttribute("aria-label", heading.dataset.sort);
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const isRising = heading.getAttribute("aria-sort") !== "ascending";
      for (const each of headings) each.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", isRising ? "ascending" : "descending");
      const rows = [...body.rows].sort((one, other) => {
        const [a, b] = [text(one, column), text(other, column)];
        if (!a || !b) return Number(!a) - Number(!b); // What has no value comes last, either way.
        return (isRising ? 1 : -1) * order.compare(a, b);
      });
      body.append(...rows);
    });
  }
}
