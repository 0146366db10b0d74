// Requests of htmx: the CSRF header on each one, and what a person hears when one fails.
// An error answer is shown only when it says that it was made for that (header Razdar-Alert); any other error page
// stays out of the desk and a fixed sentence is shown in its place.
"use strict";
{
  const UNSAFE = new Set(["post", "put", "patch", "delete"]);

  const alerts = () =>
    document.querySelector("#dialog[open] #dialog-alerts") || document.getElementById("alerts");

  const say = (sentence) => {
    const notice = document.createElement("div");
    notice.className = "notice notice-bad";
    notice.textContent = sentence;
    alerts()?.replaceChildren(notice);
  };

  const sentence = (name) => document.getElementById("live")?.dataset[name] ?? "";

  document.addEventListener("htmx:configRequest", (event) => {
    if (UNSAFE.has(event.detail.verb)) {
      event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
    }
  });

  // A person's next act takes the last alert away; a countdown that fetches its mask, or a part of the page that keeps
  // itself up to date, does not.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches("[data-countdown], [data-refreshing], [data-quiet]")) alerts()?.replaceChildren();
  });

  // A part that says by itself what became of its request needs no alert beside it.
  const isQuiet = (event) => event.detail.elt.matches?.("[data-quiet]");

  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = event.detail;
    if (isQuiet(event) && detail.xhr.status >= 400) {
      detail.shouldSwap = false;
      return;
    }
    if (!detail.xhr.getResponseHeader("Razdar-Alert")) return;
    detail.target = alerts();
    detail.swapOverride = "innerHTML";
    detail.shouldSwap = true;
    detail.isError = false;
  });

  // A form that came back with errors: go to the summary.
  document.addEventListener("htmx:afterSettle", (event) => {
    event.detail.target?.querySelector?.("[data-focus]")?.focus();
  });

  const complain = (name) => (event) => isQuiet(event) || say(sentence(name));
  document.addEventListener("htmx:responseError", complain("failed"));
  document.addEventListener("htmx:sendError", complain("offline"));
  document.addEventListener("htmx:timeout", complain("offline"));

  document.querySelector("[data-focus]")?.focus();
}
