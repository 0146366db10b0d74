// Revealed values go away by themselves. When the time is over the value is wiped here at once, whether or not the
// server can be reached, and then the server's own mask is fetched in its place.
"use strict";
{
  const MASK = "••••••••";
  const running = new Map();
  const wiped = []; // by the lock; each waits for its mask
  const { formats } = document.documentElement.dataset;
  const numbers = new Intl.NumberFormat(formats);
  const padded = new Intl.NumberFormat(formats, { minimumIntegerDigits: 2 });
  const shown = (rest, asClock) =>
    asClock ? `${numbers.format(Math.floor(rest / 60))}:${padded.format(rest % 60)}` : numbers.format(rest);

  const announce = (sentence) => {
    const place = document.getElementById("announcer");
    if (place) place.textContent = sentence ?? "";
  };

  const wipe = (value) => {
    value.querySelectorAll("[data-secret]").forEach((secret) => (secret.textContent = MASK));
  };

  const stop = (value) => {
    clearInterval(running.get(value));
    running.delete(value);
  };

  const expire = (value) => {
    if (!running.has(value)) return;
    stop(value);
    wipe(value);
    announce(value.dataset.announceEnd);
    window.htmx.trigger(value, "razdar:expired");
  };

  const start = (value) => {
    if (running.has(value)) return;
    if (document.documentElement.dataset.locked) {
      wipe(value);
      wiped.push(value);
      return;
    }
    const seconds = Number(value.dataset.countdown);
    const started = Date.now();
    const left = value.querySelector("[data-left]");
    const tick = () => {
      if (!value.isConnected) return stop(value);
      const rest = Math.ceil(seconds - (Date.now() - started) / 1000);
      if (!(rest > 0) || rest > seconds) return expire(value);
      if (left) left.textContent = shown(rest, left.dataset.left === "clock");
    };
    running.set(value, setInterval(tick, 250));
    announce(value.dataset.announce);
    value.querySelector("[data-hide-now]")?.addEventListener("click", () => expire(value));
    tick();
  };

  const find = (root) => {
    if (root.matches?.("[data-countdown]")) start(root);
    root.querySelectorAll("[data-countdown]").forEach(start);
  };

  // A locked screen holds nothing that was revealed. The mask is fetched when the page is open again.
  document.addEventListener("razdar:locked", () => {
    [...running.keys()].forEach((value) => {
      stop(value);
      wipe(value);
      wiped.push(value);
    });
  });
  document.addEventListener("razdar:opened", () => {
    wiped.splice(0).forEach((value) => window.htmx.trigger(value, "razdar:expired"));
  });

  find(document);
  document.addEventListener("htmx:load", (event) => find(event.detail.elt));

  // Nothing revealed may come back with the browser's back button.
  window.addEventListener("pagehide", () => document.querySelectorAll("[data-countdown]").forEach(wipe));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
}
