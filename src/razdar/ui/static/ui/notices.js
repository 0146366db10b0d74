// What a page says by itself: that the server is away, how much waits, what can be undone; and drawers that close.
"use strict";
{
  const announce = (sentence) => {
    const place = document.getElementById("announcer");
    if (place) place.textContent = sentence ?? "";
  };

  // Offline: the browser's word, and requests that failed. It goes away with the first answer.
  const offline = document.getElementById("offline");
  const away = (is) => () => {
    if (offline && offline.hidden === is) offline.hidden = !is;
  };
  window.addEventListener("offline", away(true));
  window.addEventListener("online", away(false));
  for (const name of ["htmx:sendError", "htmx:timeout", "razdar:unreachable"]) document.addEventListener(name, away(true));
  for (const name of ["htmx:afterOnLoad", "razdar:reached"]) document.addEventListener(name, away(false));
  if (!navigator.onLine) away(true)();

  // The counter of what waits: said aloud when it grows, not when it shrinks.
  let waited = Number(document.getElementById("waiting")?.dataset.count ?? 0);
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.id !== "waiting") return;
    const count = Number(event.detail.elt.dataset.count);
    if (count > waited) announce(event.detail.elt.querySelector("[data-waiting-text]").textContent);
    waited = count;
  });

  // Undo: the notice stays for a while, stands still while somebody is at it, and can be kept longer without end.
  const undo = (notice) => {
    let left = Number(notice.dataset.seconds);
    const shown = notice.querySelector("[data-left]");
    const numbers = new Intl.NumberFormat(document.documentElement.dataset.formats);
    const tick = setInterval(() => {
      if (!notice.isConnected) return clearInterval(tick);
      if (notice.matches(":hover, :focus-within") || document.documentElement.dataset.locked) return;
      left -= 1;
      shown.textContent = numbers.format(Math.max(0, left));
      if (left <= 0) gone();
    }, 1000);
    const gone = () => {
      clearInterval(tick);
      notice.remove();
    };
    shown.textContent = numbers.format(left);
    notice.querySelector("[data-longer]").addEventListener("click", () => {
      left += Number(notice.dataset.seconds);
      shown.textContent = numbers.format(left);
    });
    notice.querySelector("[data-dismiss]").addEventListener("click", gone);
  };
  const find = (root) => {
    if (root.matches?.("[data-undo]")) undo(root);
    root.querySelectorAll("[data-undo]").forEach(undo);
  };
  find(document);
  document.addEventListener("htmx:load", (event) => find(event.detail.elt));

  // Drawers of the bar close when somebody goes elsewhere, or with Escape.
  const drawers = () => document.querySelectorAll(".topbar details[open]");
  document.addEventListener("click", (event) => {
    drawers().forEach((drawer) => drawer.contains(event.target) || (drawer.open = false));
  });
  document.addEventListener("focusin", (event) => {
    drawers().forEach((drawer) => drawer.contains(event.target) || (drawer.open = false));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    drawers().forEach((drawer) => {
      drawer.open = false;
      drawer.querySelector("summary").focus();
    });
  });
}
