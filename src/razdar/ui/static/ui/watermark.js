// Who looks at this page, and when, over all of it: faint, moving, in the top layer above every dialog. The name is the
// pseudonym that the log knows, and the time is the server's. It is put back when somebody takes it away with ordinary
// means (removing it, hiding it, covering it with a dialog). What it cannot do: whoever alters the browser itself, with a
// style sheet or an extension of their own, or reads the answer without one, sees the page without it; the log, and not
// the mark, is the proof of who looked.
"use strict";
{
  const canvas = document.getElementById("watermark");
  const EVERY = 5000;
  const GLIDE = 900;
  const ACROSS = 380; // pixels from mark to mark
  const DOWN = 150;
  const TILT = -0.32; // radians
  const FSI = "\u2068";
  const PDI = "\u2069";

  const start = () => {
    const { who } = canvas.dataset;
    const began = Number(canvas.dataset.serverMs) - performance.now();
    const kept = new Map([...canvas.attributes].map(({ name, value }) => [name, value]));
    const still = window.matchMedia("(prefers-reduced-motion: reduce)");
    let place = 0;
    let shownAt = 0;

    const now = () => new Date(began + performance.now()).toISOString().slice(0, 19).replace("T", " ");
    const mark = () => `${FSI}${who}${PDI} · ${FSI}${now()}Z${PDI}`;

    const fit = () => {
      const scale = window.devicePixelRatio || 1;
      const [width, height] = [window.innerWidth * scale, window.innerHeight * scale].map(Math.round);
      kept.set("width", String(width)).set("height", String(height));
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      return scale;
    };

    // Fractions of the golden ratio never come back to the same place soon.
    const draw = (at) => {
      const scale = fit();
      const [width, height] = [window.innerWidth, window.innerHeight];
      const look = getComputedStyle(canvas);
      const pen = canvas.getContext("2d");
      pen.setTransform(scale, 0, 0, scale, 0, 0);
      pen.clearRect(0, 0, width, height);
      pen.direction = "ltr";
      pen.textAlign = "start";
      pen.font = '600 15px ui-monospace, "DejaVu Sans Mono", monospace';
      pen.fillStyle = look.getPropertyValue("--watermark").trim();
      pen.strokeStyle = look.getPropertyValue("--watermark-edge").trim();
      pen.lineWidth = 2;
      pen.translate(width / 2, height / 2);
      pen.rotate(TILT);
      const reach = Math.hypot(width, height) / 2 + ACROSS;
      const text = mark();
      const [dx, dy] = [((at * 0.618) % 1) * ACROSS, ((at * 0.382) % 1) * DOWN];
      for (let y = -reach + dy, row = 0; y < reach; y += DOWN, row += 1) {
        for (let x = -reach + dx - (row % 2) * (ACROSS / 2); x < reach; x += ACROSS) {
          pen.strokeText(text, x, y);
          pen.fillText(text, x, y);
        }
      }
      shownAt = at;
    };

    const glide = (to) => {
      const [from, began] = [shownAt, performance.now()];
      const frame = () => {
        const part = Math.min(1, (performance.now() - began) / GLIDE);
        draw(from + (to - from) * part * (2 - part));
        if (part < 1) requestAnimationFrame(frame);
      };
      frame();
    };
    const move = () => {
      place += 1;
      restore();
      if (still.matches || document.hidden) draw(place);
      else glide(place);
    };

    const raise = () => {
      if (!canvas.isConnected) return;
      if (canvas.matches(":popover-open")) canvas.hidePopover();
      canvas.showPopover();
    };
    // As it was made; whether anything had to be mended.
    const restore = () => {
      const strange = [...canvas.attributes].filter(({ name }) => !kept.has(name));
      const lost = [...kept].filter(([name, value]) => canvas.getAttribute(name) !== value);
      strange.forEach(({ name }) => canvas.removeAttribute(name));
      lost.forEach(([name, value]) => canvas.setAttribute(name, value));
      const moved = canvas.parentNode !== document.body;
      if (moved) document.body.append(canvas);
      if (!canvas.matches(":popover-open")) raise();
      return moved || strange.length + lost.length > 0;
    };
    const mend = () => restore() && draw(shownAt);

    fit();
    restore();
    draw(place);
    setInterval(move, EVERY);
    window.addEventListener("resize", () => draw(shownAt));
    new MutationObserver(mend).observe(canvas, { attributes: true });
    new MutationObserver(mend).observe(document.body, { childList: true });
    // A dialog that opens lies above everything that lay there before.
    new MutationObserver((changes) => changes.some(({ target }) => target.matches("dialog[open]")) && raise()).observe(
      document.body,
      { subtree: true, attributes: true, attributeFilter: ["open"] },
    );
    canvas.addEventListener("toggle", mend);
    document.addEventListener(
      "toggle",
      (event) => event.target !== canvas && event.target.matches("[popover]:popover-open") && raise(),
      true,
    );
  };

  if (canvas) start();
}
