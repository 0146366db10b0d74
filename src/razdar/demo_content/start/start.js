"use strict";
// Keeps the codes current; each is good for thirty seconds.
async function refresh() {
  const answer = await fetch("/codes.json");
  if (!answer.ok) return;
  const codes = await answer.json();
  for (const place of document.querySelectorAll("[data-code]")) place.textContent = codes[place.dataset.code];
}
setInterval(() => refresh().catch(() => {}), 2000);
