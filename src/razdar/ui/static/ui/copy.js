// Buttons that copy a text of the page. Without this script, or where the browser refuses, the text can be selected.
"use strict";
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const text = button && document.getElementById(button.dataset.copy);
  if (!text) return;
  const announcer = document.getElementById("announcer");
  try {
    await navigator.clipboard.writeText(text.textContent);
    if (announcer) announcer.textContent = button.dataset.done;
    const said = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = said), 2000);
  } catch {
    getSelection()?.selectAllChildren(text);
  }
});
