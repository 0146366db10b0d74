// The recording player. No audio is requested before Play: the picture comes from stored peaks, and the audio element
// is made when the button is pressed. Before that the server has checked the stored recording against what was sealed;
// what is damaged does not play. Keys work while the focus is inside the player.
"use strict";
{
  const STEP = 5;
  const GIVE_UP_MS = 10_000;
  const SPEED = "razdar:speed";
  const players = new Set();

  const { formats } = document.documentElement.dataset;
  const plain = new Intl.NumberFormat(formats, { useGrouping: false });
  const padded = new Intl.NumberFormat(formats, { useGrouping: false, minimumIntegerDigits: 2 });

  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds + 0.001));
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const small = `${hours ? padded.format(minutes) : plain.format(minutes)}:${padded.format(rest)}`;
    return hours ? `${plain.format(hours)}:${small}` : small;
  };

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  // The last entry that does not begin after the time.
  const lastAt = (entries, time) => {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle].start <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  const timed = (elements) =>
    [...elements].map((element) => ({
      element,
      start: Number(element.dataset.start),
      end: Number(element.dataset.end),
    }));

  const remembered = () => {
    try {
      return sessionStorage.getItem(SPEED);
    } catch {
      return null; // storage is switched off
    }
  };

  const remember = (speed) => {
    try {
      sessionStorage.setItem(SPEED, speed);
    } catch {
      // it holds for this page then
    }
  };

  // The words beside the sound: which are being said, and keeping them in view.
  class Transcript {
    constructor(root) {
      this.box = root.querySelector("[data-transcript]");
      this.turns = timed(root.querySelectorAll(".turn[data-start]"));
      this.words = timed(root.querySelectorAll(".word[data-start]"));
      this.button = root.querySelector("[data-follow]");
      this.following = true;
      if (!this.box) return;
      ["wheel", "touchmove", "pointerdown"].forEach((name) =>
        this.box.addEventListener(name, (event) => this.#handled(event), { passive: true }),
      );
      this.box.addEventListener("keydown", (event) => {
        if (["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"].includes(event.key)) this.follow(false);
      });
      this.button?.addEventListener("click", () => {
        this.follow(true);
        this.#into(this.turn);
      });
    }

    // A press on a word is no scrolling; one beside the words is a hand on the scroll bar.
    #handled(event) {
      if (event.type !== "pointerdown" || event.target === this.box) this.follow(false);
    }

    follow(whether) {
      if (whether === this.following || !this.box || this.box.scrollHeight <= this.box.clientHeight) return;
      this.following = whether;
      if (this.button) this.button.hidden = whether;
      if (whether) this.box.focus({ preventScroll: true });
    }

    show(time) {
      const place = lastAt(this.words, time);
      const word = place >= 0 && time < this.words[place].end + 0.3 ? this.words[place].element : null;
      if (word !== this.word) {
        this.word?.classList.remove("word-now");
        word?.classList.add("word-now");
        this.word = word;
      }
      const turn = this.turns[lastAt(this.turns, time)]?.element ?? null;
      if (turn === this.turn) return this.#into(word);
      this.turn?.removeAttribute("aria-current");
      turn?.setAttribute("aria-current", "true");
      this.turn = turn;
      return this.#into(word ?? turn);
    }

    #into(element) {
      if (!element || !this.following) return;
      const inside = this.box.getBoundingClientRect();
      const { top, bottom } = element.getBoundingClientRect();
      if (top >= inside.top + 8 && bottom <= inside.bottom - 8) return;
      const to = this.box.scrollTop + top - inside.top - this.box.clientHeight / 3;
      this.box.scrollTo({ top: to, behavior: calm.matches ? "instant" : "smooth" });
    }
  }

  class Player {
    constructor(root) {
      this.root = root;
      this.text = root.dataset;
      this.duration = Number(root.dataset.duration);
      this.at = 0;
      this.audio = null;
      this.wanted = false;
      this.part = (name) => root.querySelector(`[data-${name}]`);
      this.wave = new RazdarWave(this.part("wave"), {
        lanes: JSON.parse(root.dataset.peaks),
        regions: JSON.parse(root.dataset.regions),
        duration: this.duration,
      });
      root.querySelectorAll("[data-clock]").forEach((element) => {
        element.textContent = clock(Math.round(Number(element.dataset.clock)));
      });
      this.transcript = new Transcript(root);
      this.regions = timed(root.querySelectorAll(".region[data-start]"));
      this.seekBar = this.part("seek");
      this.badge = this.part("check");
      this.sound = !this.badge;
      const speed = this.part("speed");
      if ([...speed.options].some((option) => option.value === remembered())) speed.value = remembered();
      this.#listen(speed);
      this.#state(this.sound ? "ready" : "checking");
      this.show();
    }

    #listen(speed) {
      this.root.addEventListener("click", (event) => this.#clicked(event));
      this.root.addEventListener("keydown", (event) => this.#key(event));
      this.seekBar.addEventListener("input", () => this.seek(Number(this.seekBar.value)));
      speed.addEventListener("change", () => {
        remember(speed.value);
        this.#speed();
      });
      this.badge?.addEventListener("htmx:afterRequest", (event) => {
        if (event.detail.elt === this.badge) this.#checked(event.detail.xhr);
      });
    }

    #clicked(event) {
      const control = event.target.closest("[data-play], [data-skip], [data-region], [data-retry], [data-start]");
      if (!control) return;
      const plainText = !control.matches("button");
      if (plainText && !window.getSelection().isCollapsed) return; // somebody is marking words
      if (control.hasAttribute("data-play")) this.toggle();
      else if (control.hasAttribute("data-retry")) this.retry();
      else if (control.dataset.skip) this.seek(this.at + Number(control.dataset.skip));
      else if (control.dataset.region) this.#toRegion(Number(control.dataset.region));
      else this.seek(Number(control.dataset.start));
    }

    #key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("select, dialog")) return;
      const act = {
        ArrowLeft: () => this.seek(this.at - STEP),
        ArrowRight: () => this.seek(this.at + STEP),
        KeyJ: () => this.#toRegion(-1),
        KeyK: () => this.#toRegion(1),
        Space: event.target.closest("button, a, summary") ? undefined : () => this.toggle(),
      }[event.code];
      if (!act) return;
      event.preventDefault();
      act();
    }

    #toRegion(direction) {
      const before = (region) => region.start < this.at - 0.5;
      const next = direction > 0 ? this.regions.find(({ start }) => start > this.at + 0.05) : this.regions.findLast(before);
      if (!next) return;
      this.seek(next.start);
      if (document.activeElement?.matches(".region")) next.element.focus({ preventScroll: true });
      this.part("said").textContent = next.element.textContent.trim().replace(/\s+/g, " ");
      this.#bring(next.element);
    }

    #bring(element) {
      const box = element.closest("ol");
      const off = element.offsetTop - box.offsetTop;
      if (off < box.scrollTop || off > box.scrollTop + box.clientHeight - 30) box.scrollTop = off - 30;
    }

    // --- Checking --------------------------------------------------------------------------------------------------

    #checked(request) {
      const answer = request.status === 200 ? this.badge.querySelector("[data-plays]") : null;
      this.sound = answer?.dataset.plays === "yes";
      if (this.sound) {
        this.#state(this.wanted ? "loading" : "ready");
        if (this.wanted) this.play();
        return;
      }
      this.#drop();
      if (answer) this.#state(answer.dataset.plays === "never" ? "damaged" : "unchecked");
      else this.#state([403, 404].includes(request.status) ? "gone" : "failed");
    }

    retry() {
      if (!this.badge) return this.play();
      this.wanted = true;
      this.#state("checking");
      return window.htmx.trigger(this.badge, "razdar:recheck");
    }

    // --- Sound -----------------------------------------------------------------------------------------------------

    #open() {
      const audio = new Audio();
      audio.preload = "auto";
      audio.preservesPitch = true;
      const current = (act) => () => audio === this.audio && act();
      audio.addEventListener("loadedmetadata", current(() => this.#arrived()));
      audio.addEventListener("timeupdate", current(() => this.#moved()));
      audio.addEventListener("playing", current(() => this.#playing()));
      audio.addEventListener("pause", current(() => audio.ended || this.#state("paused")));
      audio.addEventListener("ended", current(() => this.#state("ended")));
      audio.addEventListener("waiting", current(() => this.#waits()));
      audio.addEventListener("error", current(() => this.#failed()));
      audio.src = this.text.src;
      return audio;
    }

    #arrived() {
      this.audio.currentTime = this.at;
      this.#speed();
    }

    #speed() {
      if (this.audio) this.audio.playbackRate = Number(this.part("speed").value);
    }

    #waits() {
      if (!this.audio.paused) this.#state("loading");
      clearTimeout(this.patience);
      this.patience = setTimeout(() => this.audio && this.audio.readyState < 3 && this.#failed(), GIVE_UP_MS);
    }

    #playing() {
      clearTimeout(this.patience);
      this.#state("playing");
      const step = () => {
        if (!this.audio || this.audio.paused) return;
        if (!this.root.isConnected) return void this.close();
        this.#moved();
        if (!calm.matches) requestAnimationFrame(step);
      };
      step();
    }

    #moved() {
      if (this.audio.readyState < 1 || this.audio.seeking) return;
      this.at = this.audio.currentTime;
      this.show();
    }

    #failed() {
      this.#drop();
      this.wanted = false;
      this.#state("failed");
      if (this.badge) window.htmx.trigger(this.badge, "razdar:recheck"); // is it damaged, gone, or only out of reach?
    }

    #drop() {
      const audio = this.audio;
      this.audio = null;
      clearTimeout(this.patience);
      audio?.pause();
      audio?.removeAttribute("src");
      audio?.load();
    }

    play() {
      this.wanted = true;
      if (this.root.dataset.state === "checking") return;
      if (!this.sound) return void this.retry();
      players.forEach((other) => other !== this && other.pause());
      if (this.root.dataset.state === "ended") this.seek(0);
      this.audio ??= this.#open();
      this.#waits();
      const audio = this.audio;
      this.#state("loading");
      audio.play().catch((error) => error.name === "AbortError" || audio !== this.audio || this.#failed());
    }

    pause() {
      this.wanted = false;
      this.audio?.pause();
    }

    toggle() {
      if (this.audio && !this.audio.paused && !this.audio.ended) this.pause();
      else this.play();
    }

    seek(time) {
      this.at = Math.min(Math.max(0, time), this.duration);
      if (this.root.dataset.state === "ended") this.#state("paused");
      if (this.audio && this.audio.readyState >= 1) this.audio.currentTime = this.at;
      this.show();
    }

    // Nothing of it stays in the page: neither sound nor picture nor words.
    close() {
      this.#drop();
      this.wave.close();
      ["peaks", "regions", "src"].forEach((name) => delete this.root.dataset[name]);
      this.root.replaceChildren();
      players.delete(this);
    }

    // --- What is seen ----------------------------------------------------------------------------------------------

    #state(name) {
      if (this.root.dataset.state === name) return;
      // A check that finds nothing wrong after a failure leaves the failure standing, with its button.
      if (this.root.dataset.state === "failed" && name === "ready") return;
      this.root.dataset.state = name;
      const busy = name === "playing" || (name === "loading" && this.wanted);
      this.part("play-text").textContent = busy ? this.text.textPause : this.text.textPlay;
      this.part("play").disabled = ["checking", "damaged", "gone", "unchecked"].includes(name);
      this.part("state").textContent = this.text[`text${name[0].toUpperCase()}${name.slice(1)}`] ?? "";
    }

    show() {
      this.wave.draw(this.at);
      this.part("now").textContent = clock(this.at);
      this.seekBar.value = String(this.at);
      this.seekBar.setAttribute("aria-valuetext", clock(this.at));
      this.transcript.show(this.at);
      const region = this.regions[lastAt(this.regions, this.at)];
      const inside = region && this.at < region.end ? region.element : null;
      if (inside === this.inside) return;
      this.inside?.removeAttribute("aria-current");
      inside?.setAttribute("aria-current", "true");
      this.inside = inside;
    }
  }

  const find = (root) => {
    const found = [...root.querySelectorAll("[data-player]")];
    if (root.matches?.("[data-player]")) found.push(root);
    found.filter((element) => !element.dataset.ready).forEach((element) => {
      element.dataset.ready = "yes";
      players.add(new Player(element));
    });
  };

  const within = (element) => [...players].filter((player) => element.contains(player.root));

  find(document);
  document.addEventListener("htmx:load", (event) => find(event.detail.elt));
  document.addEventListener("razdar:expired", (event) => within(event.target).forEach((player) => player.close()));
  window.addEventListener("pagehide", () => players.forEach((player) => player.pause()));
  document.addEventListener("razdar:locked", () => players.forEach((player) => player.pause()));
}
