// The idle lock in the browser. All tabs share the time of the last act of a person; when nobody acted for long enough,
// this page is blanked where it stands, and the server is told, which locks the session. Unlocking, or signing in again
// in another tab, opens the page with all that was typed. The server decides: no tab opens because another one says so.
// What is shared between tabs is a time and two words, never data.
"use strict";
{
  const screen = document.getElementById("lock");
  const BACKGROUND = { "Razdar-Background": "1" };
  const ROOT = document.documentElement;
  const KEEP = 240000; // a page asks at least this often, so that its session is there to be unlocked

  const start = () => {
    const seconds = Number(screen.dataset.seconds);
    const warnAt = seconds - Number(screen.dataset.warning);
    const beat = Number(screen.dataset.beat) * 1000;
    const warning = document.getElementById("idle-warning");
    const title = document.title;
    const tabs = "BroadcastChannel" in window ? new BroadcastChannel("razdar") : null;
    let acted = Date.now();
    let asked = Date.now();
    let pending = 0;
    let untold = "";
    let before = null;

    // The time of the last act, the latest of all tabs. Where storing is refused, each tab counts for itself.
    const latest = () => {
      try {
        const shared = Number(localStorage.getItem("razdar-act"));
        if (shared > acted && shared <= Date.now()) acted = shared;
      } catch {}
      return Math.min(acted, Date.now());
    };
    const note = () => {
      acted = Date.now();
      try {
        localStorage.setItem("razdar-act", String(acted));
      } catch {}
    };
    const idle = () => (Date.now() - latest()) / 1000;
    const locked = () => Boolean(ROOT.dataset.locked);
    const tell = (name) => document.dispatchEvent(new CustomEvent(name));

    const refresh = (token) => {
      document.querySelector('meta[name="csrf-token"]').content = token;
      document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((field) => (field.value = token));
    };

    // What the server says decides what is shown.
    const obey = (reply) => {
      document.getElementById("lock-away").hidden = true;
      if (reply.state === "locked") return show("locked");
      if (reply.state === "out") return show("out");
      if (!locked() || !reply.who) return; // nobody, or somebody who is still on the way in
      // Another person, or another workplace: nothing of this page is theirs.
      if (reply.who !== screen.dataset.who) return location.replace("/");
      refresh(reply.csrf);
      if (!untold) hide();
    };

    const ask = async (headers, options = {}, url = screen.dataset.stateUrl) => {
      asked = Date.now();
      try {
        const answer = await fetch(url, { cache: "no-store", redirect: "error", headers, ...options });
        if (!answer.ok) throw new Error(String(answer.status));
        tell("razdar:reached");
        obey(await answer.json());
        return true;
      } catch {
        tell("razdar:unreachable");
        if (locked()) document.getElementById("lock-away").hidden = false;
        return false;
      }
    };

    // Acts that make no request, such as typing, are told a little later, so that what is told is never too early.
    const told = () => {
      pending = 0;
      if (!locked()) ask({});
    };
    const act = (event) => {
      if (!event.isTrusted || locked()) return;
      if (idle() >= seconds) {
        if (event.type === "keydown") event.preventDefault();
        event.stopImmediatePropagation();
        return lock("time");
      }
      if (Date.now() - acted > 1000) note();
      calm();
      pending ||= setTimeout(told, Math.max(1500, beat - (Date.now() - asked)));
    };

    const calm = () => {
      if (!warning.matches(":popover-open")) return;
      warning.hidePopover();
      warning.querySelector("[data-text]").textContent = "";
    };
    const warn = () => {
      const left = warning.querySelector("[data-idle-left]");
      left.textContent = new Intl.NumberFormat(ROOT.dataset.formats).format(Math.max(0, Math.ceil(seconds - idle())));
      if (warning.matches(":popover-open")) return;
      warning.showPopover();
      warning.querySelector("[data-text]").textContent = warning.dataset.said;
      ask(BACKGROUND);
    };

    const show = (how) => {
      const first = !locked();
      if (ROOT.dataset.locked === how) return;
      calm();
      clearTimeout(pending);
      pending = 0;
      if (first) before = document.activeElement;
      ROOT.dataset.locked = how;
      screen.hidden = false;
      document.getElementById("lock-out").hidden = how !== "out";
      const again = screen.querySelector("[data-sign-in]");
      again.href = again.dataset.signIn;
      if (how !== "locked") document.getElementById("lock-body").replaceChildren();
      document.title = `${screen.dataset.title} · Razdar`;
      document.getElementById("lock-title").focus();
      if (first) tell("razdar:locked");
      if (how === "locked" && !untold) fill();
    };
    const fill = async () => {
      const place = "#lock-body";
      const options = { source: place, target: place, swap: "innerHTML", headers: BACKGROUND };
      await window.htmx.ajax("GET", screen.dataset.pageUrl, options);
      screen.querySelector(`${place} input:not([type=hidden])`)?.focus();
    };
    const hide = () => {
      delete ROOT.dataset.locked;
      screen.hidden = true;
      document.getElementById("lock-body").replaceChildren();
      document.title = title;
      note();
      before?.focus?.();
      tell("razdar:opened");
      tabs?.postMessage("open");
    };

    // Blank at once; the server is told until it has heard it.
    const lock = async (by) => {
      if (locked() && !untold) return;
      untold = by;
      show("locked");
      const token = document.querySelector('meta[name="csrf-token"]').content;
      const options = { method: "POST", body: new URLSearchParams({ by }) };
      const heard = await ask({ ...BACKGROUND, "X-CSRFToken": token }, options, screen.dataset.nowUrl);
      // Perhaps the token was too old; the answer to the question brings a new one for the next try.
      if (!heard) return ask(BACKGROUND);
      untold = "";
      tabs?.postMessage("lock");
      if (ROOT.dataset.locked === "locked") fill();
    };

    const tick = () => {
      if (untold) return Date.now() - asked > 5000 && lock(untold);
      const soon = ROOT.dataset.locked === "out" ? 3000 : KEEP;
      if (Date.now() - asked > soon) ask(BACKGROUND);
      if (locked()) return;
      if (idle() >= seconds) lock("time");
      else if (idle() >= warnAt) warn();
      else calm();
    };

    note();
    setInterval(tick, 500);
    document.addEventListener("visibilitychange", tick);
    window.addEventListener("keydown", act, true);
    for (const name of ["pointerdown", "pointermove", "wheel", "touchstart"]) {
      window.addEventListener(name, act, { capture: true, passive: true });
    }
    document.addEventListener("submit", (event) => {
      if (locked() && !screen.contains(event.target)) event.preventDefault();
    }, true);
    window.addEventListener("keydown", (event) => {
      if (!event.ctrlKey || !event.shiftKey || event.altKey || event.code !== "KeyL") return;
      event.preventDefault();
      lock("person");
    });
    document.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-lock-form]")) return;
      event.preventDefault();
      lock("person");
    });
    document.addEventListener("razdar:lock-now", () => lock("person"));
    document.addEventListener("razdar:unlocked", () => ask({}));
    tabs?.addEventListener("message", (event) => {
      if (event.data === "lock") show("locked");
      else if (locked()) ask(BACKGROUND);
    });

    // Fragments: while the page is locked nothing of it asks for anything; and an answer that leads to the sign-in or
    // to the locked screen locks the page where it stands instead of taking away what was typed.
    document.addEventListener("htmx:beforeRequest", (event) => {
      if (locked() && !screen.contains(event.detail.elt)) event.preventDefault();
    });
    document.addEventListener("htmx:beforeOnLoad", (event) => {
      if (event.detail.xhr.status !== 401) return;
      event.preventDefault();
      ask(BACKGROUND);
    });
    tabs?.postMessage("open");
  };

  // Passkeys: the server's words as bytes, and the key's answer as words (Web Authentication Level 3, 5.1.8 and 5.1.9).
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const words = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  const prove = async (form) => {
    const asked = JSON.parse(form.dataset.passkey).request_options.publicKey;
    const allowed = (asked.allowCredentials ?? []).map((key) => ({ ...key, id: bytes(key.id) }));
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: allowed };
    const key = await navigator.credentials.get({ publicKey });
    const { authenticatorData, clientDataJSON, signature, userHandle } = key.response;
    const response = {
      authenticatorData: words(authenticatorData),
      clientDataJSON: words(clientDataJSON),
      signature: words(signature),
      userHandle: userHandle ? words(userHandle) : null,
    };
    return { id: key.id, rawId: words(key.rawId), type: key.type, response, clientExtensionResults: {} };
  };

  document.addEventListener("click", async (event) => {
    const form = event.target.closest?.("[data-use-passkey]")?.closest("[data-passkey]");
    if (!form) return;
    const said = form.querySelector("[data-failed]");
    try {
      form.elements.namedItem("credential").value = JSON.stringify(await prove(form));
      said.textContent = "";
      form.requestSubmit();
    } catch {
      said.textContent = said.dataset.failed;
    }
  });

  if (screen) start();
}
