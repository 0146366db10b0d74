// The recording player. No audio is requested before Play: the picture comes from stored peaks, and the audio element
// is made when the button is pressed. Keys work while the focus is inside the player.
"use strict";
{
  const STEP = 5;
  const players = new Set();

  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    const pad = (number) => String(number).padStart(2, "0");
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
  };

  // The last element whose data-start is not after the time.
  const wordAt = (words, time) => {
    let [low, high] = [0, words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (words[middle].start <= time) low = middle + 1;
      else high = middle;
    }
    const word = words[low - 1];
    return word && time < word.end + 0.3 ? word.element : null;
  };

  class Wave {
    constructor(root, duration) {
      this.canvas = root.querySelector("[data-wave]");
      this.lanes = JSON.parse(root.dataset.peaks);
      this.regions = JSON.parse(root.dataset.regions);
      this.duration = duration;
      this.at = 0;
      new ResizeObserver(() => this.draw(this.at)).observe(this.canvas);
      window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw(this.at));
    }

    draw(at) {
      this.at = at;
      const { clientWidth: width, clientHeight: height } = this.canvas;
      if (!width || !this.duration) return;
      const scale = window.devicePixelRatio || 1;
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
      const pen = this.canvas.getContext("2d");
      pen.scale(scale, scale);
      const style = getComputedStyle(this.canvas);
      const colour = (name) => style.getPropertyValue(name).trim();
      this.lanes.forEach((peaks, lane) => this.#lane(pen, peaks, lane, { width, height, colour }));
      this.regions.forEach((region) => this.#region(pen, region, { width, height, colour }));
      pen.fillStyle = colour("--playhead");
      pen.fillRect(Math.min(width - 2, (at / this.duration) * width), 0, 2, height);
    }

    // Agent above the middle line, customer below it; what was heard is drawn stronger.
    #lane(pen, peaks, lane, { width, height, colour }) {
      const middle = height / 2;
      const pitch = 3;
      const bars = Math.floor(width / pitch);
      for (let bar = 0; bar < bars; bar += 1) {
        const first = Math.floor((bar / bars) * peaks.length);
        const last = Math.max(first + 1, Math.floor(((bar + 1) / bars) * peaks.length));
        const loud = Math.max(0, ...peaks.slice(first, last));
        const tall = Math.max(1, (loud / 100) * (middle - 3));
        const heard = (bar / bars) * this.duration < this.at;
        pen.fillStyle = colour(`--lane-${lane}`);
        pen.globalAlpha = heard ? 1 : 0.5;
        pen.fillRect(bar * pitch, lane === 0 ? middle - 1 - tall : middle + 1, pitch - 1, tall);
      }
      pen.globalAlpha = 1;
    }

    #region(pen, [start, end], { width, height, colour }) {
      const left = (start / this.duration) * width;
      const wide = Math.max(3, ((end - start) / this.duration) * width);
      pen.save();
      pen.beginPath();
      pen.rect(left, 0, wide, height);
      pen.clip();
      pen.fillStyle = colour("--redacted-fill");
      pen.fillRect(left, 0, wide, height);
      pen.strokeStyle = colour("--redacted-line");
      pen.lineWidth = 1;
      for (let x = left - height; x < left + wide; x += 6) {
        pen.beginPath();
        pen.moveTo(x, height);
        pen.lineTo(x + height, 0);
        pen.stroke();
      }
      pen.strokeRect(left + 0.5, 0.5, wide - 1, height - 1);
      pen.restore();
    }
  }

  class Player {
    constructor(root) {
      this.root = root;
      this.text = root.dataset;
      this.duration = Number(root.dataset.duration);
      this.at = 0;
      this.audio = null;
      this.wave = new Wave(root, this.duration);
      this.seekBar = root.querySelector("[data-seek]");
      this.transcript = root.querySelector("[data-transcript]");
      this.words = [...root.querySelectorAll(".word[data-start]")].map((element) => ({
        element,
        start: Number(element.dataset.start),
        end: Number(element.dataset.end),
      }));
      this.#listen();
      this.show();
    }

    #listen() {
      this.root.addEventListener("click", (event) => this.#clicked(event.target));
      this.root.addEventListener("keydown", (event) => this.#key(event));
      this.seekBar.addEventListener("input", () => this.seek(Number(this.seekBar.value)));
      this.root.querySelector("[data-speed]").addEventListener("change", () => this.#speed());
    }

    #clicked(target) {
      const control = target.closest("[data-play], [data-skip], [data-seek-to], .word[data-start]");
      if (!control) return;
      if (control.hasAttribute("data-play")) this.toggle();
      else if (control.dataset.skip) this.seek(this.at + Number(control.dataset.skip));
      else this.seek(Number(control.dataset.seekTo ?? control.dataset.start));
    }

    #key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("select")) return;
      const act = {
        ArrowLeft: () => this.seek(this.at - STEP),
        ArrowRight: () => this.seek(this.at + STEP),
        KeyJ: () => this.#toRegion(-1),
        KeyK: () => this.#toRegion(1),
        Space: event.target.closest("button") ? undefined : () => this.toggle(),
      }[event.code];
      if (!act) return;
      event.preventDefault();
      act();
    }

    #toRegion(direction) {
      const starts = this.wave.regions.map(([start]) => start);
      const next = direction > 0 ? starts.find((s) => s > this.at + 0.05) : starts.findLast((s) => s < this.at - 0.5);
      if (next !== undefined) this.seek(next);
    }

    #speed() {
      if (this.audio) this.audio.playbackRate = Number(this.root.querySelector("[data-speed]").value);
    }

    #open() {
      const audio = new Audio();
      audio.preload = "auto";
      audio.addEventListener("loadedmetadata", () => {
        audio.currentTime = this.at;
        this.#speed();
      });
      audio.addEventListener("timeupdate", () => this.#moved());
      ["play", "pause", "ended"].forEach((name) => audio.addEventListener(name, () => this.#state()));
      audio.addEventListener("error", () => this.#failed());
      audio.src = this.text.src;
      return audio;
    }

    #moved() {
      if (!this.audio || this.audio.readyState < 1 || this.audio.seeking) return;
      this.at = this.audio.currentTime;
      this.show();
    }

    #failed() {
      if (!this.audio) return;
      this.audio = null;
      this.#state();
      this.root.querySelector("[data-state]").textContent = this.text.textFailed;
    }

    #state() {
      const playing = Boolean(this.audio && !this.audio.paused && !this.audio.ended);
      this.root.querySelector("[data-play-text]").textContent = playing ? this.text.textPause : this.text.textPlay;
      this.root.classList.toggle("is-playing", playing);
      if (playing) this.#follow();
    }

    #follow() {
      const step = () => {
        if (!this.audio || this.audio.paused || !this.root.isConnected) return this.audio?.pause();
        this.#moved();
        return requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    }

    toggle() {
      this.root.querySelector("[data-state]").textContent = "";
      if (this.audio && !this.audio.paused) return this.audio.pause();
      players.forEach((other) => other !== this && other.audio?.pause());
      this.audio ??= this.#open();
      return this.audio.play().catch((error) => error.name === "AbortError" || this.#failed());
    }

    seek(time) {
      this.at = Math.min(Math.max(0, time), this.duration);
      if (this.audio && this.audio.readyState >= 1) this.audio.currentTime = this.at;
      this.show();
    }

    show() {
      this.wave.draw(this.at);
      this.root.querySelector("[data-now]").textContent = clock(this.at);
      this.seekBar.value = String(this.at);
      this.seekBar.setAttribute("aria-valuetext", clock(this.at));
      this.#mark(wordAt(this.words, this.at));
    }

    #mark(word) {
      if (word === this.marked) return;
      this.marked?.classList.remove("word-now");
      word?.classList.add("word-now");
      this.marked = word;
      if (!word || !this.root.classList.contains("is-playing")) return;
      const box = this.transcript;
      const top = word.getBoundingClientRect().top - box.getBoundingClientRect().top;
      if (top < 0 || top > box.clientHeight - 40) box.scrollTop += top - box.clientHeight / 3;
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

  find(document);
  document.addEventListener("htmx:load", (event) => find(event.detail.elt));
  window.addEventListener("pagehide", () => players.forEach((player) => player.audio?.pause()));
}
