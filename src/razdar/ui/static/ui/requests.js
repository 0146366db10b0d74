// Requests of htmx: the CSRF header on each one, and what a person hears when one fails.
// An error answer is shown only when it says that it was made for that (header Razdar-Alert); any other error page
// stays out of the desk and a fixed sentence is shown in its place.
"use strict";
{
  const UNSAFE = new Set(["post", "put", "patch", "delete"]);

  const alerts = () =>
    (document.documentElement.dataset.locked && document.getElementById("lock-alerts")) ||
    document.querySelector("#dialog[open] #dialog-alerts") ||
    document.getElementById("alerts");

  const say = (sentence) => {
    const notice = document.createElement("div");
    notice.className = "notice notice-bad";
    notice.textContent = sentence;
    alerts()?.replaceChildren(notice);
  };

  const sentence = (name) => document.getElementById("live")?.dataset[name] ?? "";

  // What a page asks for by itself is no act of a person: it says so, and the session may be locked meanwhile.
  const BY_ITSELF = "[data-countdown], [data-refreshing]";

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.matches(BY_ITSELF)) event.detail.headers["Razdar-Background"] = "1";
    if (UNSAFE.has(event.detail.verb)) {
      event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
    }
  });

  // A person's next act takes the last alert away; a countdown that fetches its mask, or a part of the page that keeps
  // itself up to date, does not.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches(`${BY_ITSELF}, [data-quiet]`)) alerts()?.replaceChildren();
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

  // htmx wires a new form some moments after it is there. Enter that comes before waits for that: sent by the browser
  // itself, what was typed would leave the page.
  const waits = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[hx-post]")) return;
    event.preventDefault();
    const waited = waits.get(form) ?? 0;
    if (waited >= 50) return; // five seconds: it will not be wired any more
    waits.set(form, waited + 1);
    setTimeout(() => form.isConnected && form.requestSubmit(event.submitter), 100);
  });

  // A form that came back with errors: go to the summary.
  document.addEventListener("htmx:afterSettle", (event) => {
    // Where the whole target was exchanged, what stands there now is what the event is about.
    const within = (place) => place?.querySelector?.("[data-focus]");
    [event.target, event.detail.target].map(within).find((place) => place?.isConnected)?.focus();
  });

  const complain = (name) => (event) => isQuiet(event) || say(sentence(name));
  document.addEventListener("htmx:responseError", complain("failed"));
  document.addEventListener("htmx:sendError", complain("offline"));
  document.addEventListener("htmx:timeout", complain("offline"));

  document.querySelector("[data-focus]")?.focus();
}
