// The picture of a recording: a lane for each channel, silent regions over all of them, the playhead. It draws what it
// is given, stored peaks, and fetches nothing. Time runs from left to right in every language.
"use strict";
class RazdarWave {
  static PITCH = 3; // pixels from bar to bar
  static GAP = 6; // between lanes

  constructor(canvas, { lanes, regions, duration }) {
    this.canvas = canvas;
    this.lanes = lanes;
    this.regions = regions;
    this.duration = duration;
    this.at = 0;
    this.loudest = Math.max(20, ...lanes.map((peaks) => Math.max(0, ...peaks)));
    const again = () => {
      this.colours = null;
      this.#fit();
      this.draw(this.at);
    };
    this.observer = new ResizeObserver(again);
    this.observer.observe(canvas);
    this.schemes = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => window.matchMedia(query));
    this.schemes.forEach((scheme) => scheme.addEventListener("change", again));
    this.again = again;
    this.#fit();
  }

  // Nothing of it stays behind: the peaks of an original are as sensitive as its sound.
  close() {
    this.observer.disconnect();
    this.schemes.forEach((scheme) => scheme.removeEventListener("change", this.again));
    this.lanes = [];
    this.regions = [];
    this.canvas.width = 0;
  }

  #fit() {
    const scale = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.canvas.width = Math.round(this.width * scale);
    this.canvas.height = Math.round(this.height * scale);
    this.pen = this.canvas.getContext("2d");
    this.pen.scale(scale, scale);
  }

  #colour(name) {
    this.colours ??= getComputedStyle(this.canvas);
    return this.colours.getPropertyValue(name).trim();
  }

  draw(at) {
    this.at = at;
    if (!this.width || !this.duration || !this.lanes.length) return;
    this.pen.clearRect(0, 0, this.width, this.height);
    const tall = (this.height - RazdarWave.GAP * (this.lanes.length - 1)) / this.lanes.length;
    this.lanes.forEach((peaks, lane) => this.#lane(peaks, lane, (tall + RazdarWave.GAP) * lane, tall));
    this.regions.forEach(([start, end, kind]) => this.#region(start, end, kind));
    this.pen.fillStyle = this.#colour("--playhead");
    this.pen.fillRect(Math.max(0, Math.min(this.width - 2, this.#x(at) - 1)), 0, 2, this.height);
  }

  #x(time) {
    return (time / this.duration) * this.width;
  }

  // Bars around the middle of the lane; what was heard is drawn stronger.
  #lane(peaks, lane, top, tall) {
    const { pen } = this;
    const bars = Math.max(1, Math.floor(this.width / RazdarWave.PITCH));
    const middle = top + tall / 2;
    const heard = (this.at / this.duration) * bars;
    pen.fillStyle = this.#colour("--lane-line");
    pen.fillRect(0, Math.round(middle) - 0.5, this.width, 1);
    pen.fillStyle = this.#colour(`--lane-${lane}`);
    for (let bar = 0; bar < bars; bar += 1) {
      const first = Math.floor((bar / bars) * peaks.length);
      const last = Math.max(first + 1, Math.floor(((bar + 1) / bars) * peaks.length));
      let loud = 0;
      for (let place = first; place < last; place += 1) loud = Math.max(loud, peaks[place] ?? 0);
      if (!loud) continue;
      const high = Math.max(2, (loud / this.loudest) * (tall - 4));
      pen.globalAlpha = bar < heard ? 1 : 0.5;
      pen.fillRect(bar * RazdarWave.PITCH, middle - high / 2, RazdarWave.PITCH - 1, high);
    }
    pen.globalAlpha = 1;
  }

  // Redacted: hatched. Gap: crossed dots between dashed edges. Pause: two bars. So that no kind rests on colour alone.
  #region(start, end, kind) {
    const { pen, height } = this;
    const left = Math.round(this.#x(start));
    const wide = Math.max(3, Math.round(this.#x(end)) - left);
    pen.save();
    pen.beginPath();
    pen.rect(left, 0, wide, height);
    pen.clip();
    pen.clearRect(left, 0, wide, height);
    pen.fillStyle = this.#colour(`--${kind}-fill`);
    pen.fillRect(left, 0, wide, height);
    pen.strokeStyle = this.#colour(`--${kind}-line`);
    pen.fillStyle = pen.strokeStyle;
    pen.lineWidth = 1;
    if (kind === "redacted") this.#hatch(left, wide);
    else if (kind === "gap") this.#dots(left, wide);
    else this.#bars(left, wide);
    pen.setLineDash(kind === "gap" ? [3, 3] : []);
    pen.strokeRect(left + 0.5, 0.5, wide - 1, height - 1);
    pen.restore();
  }

  #hatch(left, wide) {
    const { pen, height } = this;
    pen.globalAlpha = 0.55;
    pen.beginPath();
    for (let x = left - height; x < left + wide; x += 7) {
      pen.moveTo(x, height);
      pen.lineTo(x + height, 0);
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  #dots(left, wide) {
    for (let x = left + 4; x < left + wide - 2; x += 7) {
      for (let y = 5; y < this.height; y += 7) this.pen.fillRect(x, y, 1.5, 1.5);
    }
  }

  #bars(left, wide) {
    if (wide < 14) return;
    const middle = left + wide / 2;
    const high = Math.min(16, this.height / 3);
    [-5, 2].forEach((offset) => this.pen.fillRect(middle + offset, (this.height - high) / 2, 3, high));
  }
}
