// The desk by keyboard. Keys are combinations with Alt, never single letters (WCAG 2.2, 2.1.4); they lead to a place and
// do nothing else. A draft is kept by the server; leaving the window only asks for that earlier.
"use strict";
{
  const PLACES = { KeyD: "disposition", KeyN: "note", KeyS: "search" };
  const CONTROLS = "input:checked, input:not([type=hidden]), select, textarea, button, a[href]";

  const goTo = (place) => {
    const control = place.matches("a, textarea") ? place : place.querySelector("input[type=text]") ?? place.querySelector("input:checked") ?? place.querySelector(CONTROLS);
    (control ?? place).focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter" && event.target.matches?.("[data-submits]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector("dialog[open]")) return;
    const place = PLACES[event.code] && document.querySelector(`[data-shortcut=${PLACES[event.code]}]`);
    if (!place) return;
    event.preventDefault();
    goTo(place);
  });

  // "Show" beside a warning: select what it is about, in the field that was looked at.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-select-from]");
    const field = button?.closest("form")?.querySelector("textarea");
    if (!field) return;
    field.focus();
    field.setSelectionRange(Number(button.dataset.selectFrom), Number(button.dataset.selectTo));
  });

  document.addEventListener("visibilitychange", () => {
    const draft = document.querySelector("[data-keeps]");
    const text = document.getElementById("note-text");
    if (document.hidden && draft && text?.value && text.value !== text.defaultValue) window.htmx.trigger(draft, "razdar:keep");
  });
}
