// Parts of a page that bring themselves up to date.
//
// A part says what it shows: data-live="calls" or "calls:<id>", several separated by blanks; it needs an id and
// hx-trigger="razdar:live". The stream says that something changed, never what; the part then asks again, like a person
// would. All parts of a page share one stream. A hidden page has none, so that many tabs do not use up the browser's
// connections; it catches up when it is looked at again.
//
// A part asks at most once a second (data-live-every: seconds), a moment later than it could, so that a hundred pages do
// not ask at once. It waits while somebody types in it, selects text in it, or points at one of its controls.
// Its address is a view of its own that answers the part alone; data-quiet keeps alerts as they are. A part that time makes
// old as well has hx-trigger="razdar:live, every 30s" and data-refreshing. A page hears nothing if its viewer may not hear
// of one of its topics: such a part is left out.
//
// For the frame: the event razdar:waiting on the document says that requests for a second person changed, razdar:over that
// this session hears no more.
"use strict";
{
  const QUIET = 25_000; // the server says something every ten seconds
  const HIDE_AFTER = 10_000;
  const SHORTEST = 500;
  const LONGEST = 30_000;
  const JITTER = 250;
  const HELD = 1_000;
  const LONGEST_HOVER = 10_000;
  const AGAIN_AFTER = 10_000;
  const CONTROLS = ":is(a, button, input, select, textarea, summary):hover";

  const meta = document.querySelector('meta[name="razdar-live"]');
  const root = document.documentElement;
  const parts = () => [...document.querySelectorAll("[data-live][id]")];
  const topicsOf = (part) => part.dataset.live.split(/\s+/).filter(Boolean);

  // ---- What is shown of the feed's own state ----

  const ago = new Intl.RelativeTimeFormat(root.dataset.formats, { style: "short", numeric: "always" });
  const feed = () => document.querySelector("[data-feed-bar]:not([data-sample])");
  let state = "connecting";
  let heard = Date.now(); // when the page was up to date for the last time, by this computer's clock
  let paused = false;
  const held = new Set(); // ids of parts that changed while the page was paused

  const since = () => {
    const seconds = Math.max(1, Math.round((Date.now() - heard) / 1000));
    return seconds < 60 ? ago.format(-seconds, "second") : ago.format(-Math.floor(seconds / 60), "minute");
  };

  const sentence = () => {
    const texts = feed().dataset;
    if (state === "live" && paused) return held.size ? texts.waitingText : texts.pausedText;
    return (texts[`${state}Text`] ?? "").replace("{ago}", since());
  };

  const show = () => {
    root.dataset.feed = paused && state === "live" ? "paused" : state;
    const bar = feed();
    if (!bar) return;
    bar.hidden = false;
    bar.dataset.state = root.dataset.feed;
    const place = bar.querySelector("[data-feed-said]");
    const said = sentence();
    if (place.textContent !== said) place.textContent = said;
    bar.querySelector("[data-feed-pause]").hidden = paused || state === "over";
    bar.querySelector("[data-feed-resume]").hidden = !paused || state === "over";
  };

  const announce = (text) => {
    const place = document.getElementById("announcer");
    if (place && text) place.textContent = text;
  };

  // Said once to who does not see it; the seconds that go by are not said again and again.
  const enter = (next) => {
    const before = state;
    state = next;
    show();
    if (before === next || !feed()) return;
    if (next === "lost" || next === "over") announce(sentence());
    if (next === "live" && before === "lost") announce(feed().dataset.backText);
  };

  // ---- Asking again ----

  const timers = new Map(); // by a part's id
  const asked = new Map();

  const isBusy = (part, due) => {
    const active = document.activeElement;
    if (part.contains(active) && active.matches("input, textarea, select, [contenteditable]")) return true;
    const selection = getSelection();
    if (selection && !selection.isCollapsed && selection.containsNode(part, true)) return true;
    return Date.now() - due < LONGEST_HOVER && part.querySelector(CONTROLS) !== null;
  };

  const ask = (id, due) => {
    timers.delete(id);
    const part = document.getElementById(id);
    if (!part?.dataset.live) return;
    if (paused) {
      held.add(id);
      show();
    } else if (document.hidden || locked || isBusy(part, due)) {
      timers.set(id, setTimeout(ask, HELD, id, due));
    } else {
      asked.set(id, Date.now());
      remember(part);
      window.htmx.trigger(part, "razdar:live");
    }
  };

  const schedule = (part, after = 0) => {
    if (timers.has(part.id)) return;
    const every = Number(part.dataset.liveEvery || 1) * 1000;
    const rest = Math.max(0, (asked.get(part.id) ?? 0) + every - Date.now(), after);
    timers.set(part.id, setTimeout(ask, rest + Math.random() * JITTER, part.id, Date.now() + rest));
  };

  // Others on the page may want to know of a topic without being a part: the counter in the bar.
  const tell = (words) => {
    if (words === null || words.has("approvals")) {
      setTimeout(() => document.dispatchEvent(new CustomEvent("razdar:waiting")), Math.random() * JITTER);
    }
  };

  const changed = (words) => {
    for (const part of parts()) {
      if (words === null || topicsOf(part).some((topic) => words.has(topic))) schedule(part);
    }
    tell(words);
  };

  // ---- Focus stays where it is ----

  let focused = null;

  const sameAs = (control) => (other) =>
    other.tagName === control.tagName && other.textContent === control.textContent &&
    (other.getAttribute("href") ?? other.form?.action ?? "") === (control.getAttribute("href") ?? control.form?.action ?? "");

  const remember = (part) => {
    if (part.contains(document.activeElement)) focused = { part: part.id, control: document.activeElement };
  };

  const restore = () => {
    if (!focused || focused.control.isConnected) return;
    const part = document.getElementById(focused.part);
    const lost = !document.activeElement || document.activeElement === document.body;
    if (part && lost) {
      const place = [...part.querySelectorAll("a[href], button, summary, [tabindex]")].find(sameAs(focused.control));
      if (!place) part.tabIndex = -1;
      (place ?? part).focus({ preventScroll: true });
    }
    focused = null;
  };

  document.addEventListener("htmx:afterSettle", restore);

  // What is new is said once; the line itself is no live region, because it is swapped as a whole.
  let told = "";
  document.addEventListener("htmx:afterSettle", (event) => {
    const news = event.detail.elt?.matches?.(".live-news") ? event.detail.elt.textContent.trim() : "";
    if (news && news !== told) announce(news);
    told = news || told;
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => remember(event.detail.target));

  // What a page asks for by itself is nobody's act: it does not keep the session alive.
  document.addEventListener("htmx:configRequest", (event) => {
    const by = event.detail.triggeringEvent?.type ?? "";
    const itself = by === "razdar:live" || by === "razdar:waiting" || (!by && event.detail.elt.matches("[data-refreshing]"));
    if (itself && event.detail.verb === "get") event.detail.headers["Razdar-Background"] = "1";
  });

  const failed = (event) => {
    const part = event.detail.elt;
    if (part?.id && part.matches?.("[data-live]")) schedule(part, AGAIN_AFTER);
  };
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);

  // ---- The stream ----

  let stream = null;
  let open = ""; // the topics it was opened for
  let pause = SHORTEST;
  let from = Number(meta?.dataset.now ?? 0); // nothing is missed after this, by the server's clock
  let watchdog = 0;
  let retry = 0;
  let hiding = 0;
  let locked = false;

  const wanted = () => {
    const found = new Set(parts().flatMap(topicsOf));
    if (document.querySelector('[hx-trigger*="razdar:waiting"]')) found.add("approvals");
    return [...found].sort();
  };

  const close = () => {
    clearTimeout(watchdog);
    clearTimeout(retry);
    retry = 0;
    stream?.close();
    stream = null;
  };

  const lose = () => {
    if (!stream) return;
    close();
    enter("lost");
    retry = setTimeout(connect, pause / 2 + Math.random() * (pause / 2));
    pause = Math.min(pause * 2, LONGEST);
  };

  const hear = (event) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(lose, QUIET);
    const [time, ...words] = event.data.split(" ");
    const standing = event.type === "away" || (event.type === "beat" && state === "lost");
    if (!standing) {
      heard = Date.now();
      from = Number(time);
      pause = SHORTEST;
      enter("live");
    }
    return words;
  };

  const on = {
    hello: hear,
    beat: hear,
    away: (event) => {
      hear(event);
      enter("lost");
    },
    words: (event) => changed(new Set(hear(event))),
    again: (event) => {
      hear(event);
      changed(null);
    },
    over: () => {
      close();
      meta.remove();
      enter("over");
      document.dispatchEvent(new CustomEvent("razdar:over"));
    },
  };

  const connect = () => {
    close();
    const topics = wanted();
    open = topics.join(" ");
    if (!topics.length || locked || !document.contains(meta)) return;
    const address = new URL(meta.content, location.origin);
    for (const topic of topics) address.searchParams.append("topic", topic);
    if (from) address.searchParams.set("since", from);
    stream = new EventSource(address);
    for (const [name, heed] of Object.entries(on)) stream.addEventListener(name, heed);
    stream.onerror = lose;
    watchdog = setTimeout(lose, QUIET);
    show();
  };

  const look = () => {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(close, HIDE_AFTER);
    } else if (!stream) {
      if (state === "live") enter("connecting"); // what is on the page is as old as the time it was hidden
      connect();
    }
  };

  if (meta) {
    document.addEventListener("visibilitychange", look);
    window.addEventListener("pagehide", close);
    // A locked page hears nothing; when it is opened again it catches up.
    document.addEventListener("razdar:locked", () => {
      locked = true;
      close();
    });
    document.addEventListener("razdar:opened", () => {
      locked = false;
      look();
    });
    // Parts come and go; another stream is needed only where they listen to something else.
    document.addEventListener("htmx:load", () => {
      if (stream && wanted().join(" ") !== open) connect();
      else if (!stream && !retry && !document.hidden) connect();
    });
    document.addEventListener("click", (event) => {
      const pausing = event.target.closest?.("[data-feed-pause]");
      if (!pausing && !event.target.closest?.("[data-feed-resume]")) return;
      paused = Boolean(pausing);
      show();
      feed().querySelector(paused ? "[data-feed-resume]" : "[data-feed-pause]").focus();
      announce(sentence());
      if (!paused) {
        for (const id of held) {
          const part = document.getElementById(id);
          if (part) schedule(part);
        }
        held.clear();
        show();
      }
    });
    setInterval(() => state === "lost" && show(), 1000);
    if (!document.hidden) connect();
  }
}
