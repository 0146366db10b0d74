// The one dialog of a page: opened when a fragment arrives in it, emptied when it closes.
"use strict";
{
  const dialog = document.getElementById("dialog");
  let openedFrom = "";

  const clear = () => {
    document.getElementById("dialog-body").replaceChildren();
    document.getElementById("dialog-alerts").replaceChildren();
  };

  // The button that opened the dialog may have been replaced meanwhile: then focus what stands in its place.
  const restoreFocus = () => {
    if (document.activeElement && document.activeElement !== document.body) return;
    const place = document.getElementById(openedFrom);
    if (!place) return;
    const control = place.querySelector("button, a[href]");
    if (!control) place.tabIndex = -1;
    (control ?? place).focus();
  };

  // The browser focuses the first control; of several choices the one that is chosen is meant.
  const focusChosen = () => {
    const first = document.activeElement;
    if (!first?.matches('input[type="radio"]:not(:checked)')) return;
    dialog.querySelector(`input[type="radio"][name="${CSS.escape(first.name)}"]:checked`)?.focus();
  };

  if (dialog) {
    document.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target.id !== "dialog-body" || dialog.open || !event.detail.target.hasChildNodes()) return;
      openedFrom = event.detail.requestConfig?.elt?.closest("[id]")?.id ?? "";
      dialog.showModal();
      focusChosen();
    });
    document.addEventListener("razdar:dialog-done", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target.closest("[data-close-dialog]")) dialog.close();
    });
    dialog.addEventListener("close", () => {
      clear();
      restoreFocus();
    });
  }
}
