// The grid of the disclosure matrix by keyboard (ARIA grid pattern, the link in a cell takes the focus), what changed in
// the draft said aloud, and the button that prints. Without this script the cells are links, and the browser prints.
"use strict";
{
  const MANY = 10;
  let last = "";

  const links = (grid) =>
    [...grid.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td > a")]).filter((row) => row.length);

  // One stop for the Tab key: the cell that had the focus last, or the first.
  const rove = (grid, to) => {
    const every = links(grid).flat();
    const stop = to ?? every.find((link) => link.parentElement.id === last) ?? every[0];
    for (const link of every) link.tabIndex = link === stop ? 0 : -1;
    return stop;
  };

  const start = () => {
    for (const grid of document.querySelectorAll("[data-grid]")) rove(grid);
    for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  };

  const target = (grid, link, event) => {
    const rows = links(grid);
    const at = rows.findIndex((row) => row.includes(link));
    const column = rows[at].indexOf(link);
    const mirrored = getComputedStyle(grid).direction === "rtl";
    const [forward, back] = mirrored ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    const row = (index) => rows[Math.min(Math.max(index, 0), rows.length - 1)];
    switch (event.key) {
      case forward: return rows[at][column + 1];
      case back: return rows[at][column - 1];
      case "ArrowDown": return row(at + 1)[column];
      case "ArrowUp": return row(at - 1)[column];
      case "PageDown": return row(at + MANY)[column];
      case "PageUp": return row(at - MANY)[column];
      case "Home": return row(event.ctrlKey ? 0 : at)[0];
      case "End": return row(event.ctrlKey ? rows.length - 1 : at).at(-1);
      default: return null;
    }
  };

  document.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("[data-grid] td > a");
    if (!link || event.altKey || event.metaKey || event.shiftKey) return;
    const next = target(link.closest("[data-grid]"), link, event);
    if (next === null) return;
    event.preventDefault();
    next?.focus();
  });

  document.addEventListener("focusin", (event) => {
    const link = event.target.closest?.("[data-grid] td > a");
    if (!link) return;
    last = link.parentElement.id;
    rove(link.closest("[data-grid]"), link);
  });

  // The draft changed: the grid is new. Where an undo took its own button away, the focus goes to the draft, or the grid.
  document.addEventListener("htmx:afterSettle", () => {
    start();
    const matrix = document.getElementById("matrix");
    const announcer = document.getElementById("announcer");
    if (!matrix?.dataset.said || matrix.dataset.told) return;
    matrix.dataset.told = "yes";
    if (announcer) announcer.textContent = matrix.dataset.said;
    if (document.activeElement !== document.body || document.querySelector("dialog[open]")) return;
    (document.getElementById("draft-title") ?? matrix.querySelector("td > a[tabindex='0']"))?.focus();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) print();
  });

  start();
}
