// The command palette: a dialog with a combobox over the options that the page brought along. It fetches nothing.
"use strict";
{
  const palette = document.getElementById("palette");

  // As people type it: without marks and case, Arabic letters that look alike as one, no zero-width signs.
  const fold = (text) =>
    text.normalize("NFKD").replace(/[\p{M}\u200c\u200d]/gu, "").replaceAll("ي", "ی").replaceAll("ك", "ک").toLowerCase();

  const start = () => {
    const input = document.getElementById("palette-input");
    const list = document.getElementById("palette-list");
    const none = palette.querySelector("[data-none]");
    const options = [...list.children].map((element) => ({
      element,
      label: fold(element.querySelector(".palette-label").textContent.trim()),
      text: fold(`${element.textContent} ${element.dataset.words}`),
    }));
    let active = null;

    const shown = () => options.filter(({ element }) => !element.hidden).map(({ element }) => element);
    const point = (element) => {
      active?.setAttribute("aria-selected", "false");
      active = element ?? null;
      active?.setAttribute("aria-selected", "true");
      active?.scrollIntoView({ block: "nearest" });
      if (active) input.setAttribute("aria-activedescendant", active.id);
      else input.removeAttribute("aria-activedescendant");
    };

    const filter = () => {
      const typed = input.value.trim();
      const wanted = fold(typed).split(/\s+/).filter(Boolean);
      for (const { element, text } of options) {
        const takesIt = element.dataset.typed !== undefined;
        element.hidden = takesIt ? typed.length < 2 : !wanted.every((word) => text.includes(word));
        if (takesIt) element.querySelector("[data-typed-text]").textContent = typed;
      }
      const first = wanted.length && options.find((o) => !o.element.hidden && o.label.startsWith(wanted[0]));
      point(first ? first.element : shown()[0]);
      none.textContent = shown().length ? "" : none.dataset.none;
    };

    const step = (by) => {
      const all = shown();
      if (all.length) point(all[(all.indexOf(active) + by + all.length) % all.length]);
    };

    const open = () => {
      if (palette.open || document.documentElement.dataset.locked) return;
      input.value = "";
      palette.showModal();
      filter();
      input.focus();
    };

    const send = (option) => {
      const form = document.getElementById("palette-form");
      form.querySelectorAll("[data-made]").forEach((field) => field.remove());
      const values = JSON.parse(option.dataset.post);
      if (option.dataset.typed) values[option.dataset.typed] = input.value.trim();
      for (const [name, value] of Object.entries(values)) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name, value });
        field.dataset.made = "";
        form.append(field);
      }
      form.action = option.dataset.url;
      form.requestSubmit();
    };

    const choose = (option) => {
      if (!option) return;
      palette.close();
      if (option.dataset.mark === "lock") document.dispatchEvent(new CustomEvent("razdar:lock-now"));
      else if (option.dataset.post !== undefined) send(option);
      else window.location.assign(option.dataset.url);
    };

    const keys = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      PageDown: () => point(shown()[Math.min(shown().length - 1, shown().indexOf(active) + 6)]),
      PageUp: () => point(shown()[Math.max(0, shown().indexOf(active) - 6)]),
      Enter: () => choose(active),
    };

    input.addEventListener("input", filter);
    input.addEventListener("keydown", (event) => {
      // An input method that is still composing keeps its keys.
      if (event.isComposing || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    list.addEventListener("pointermove", (event) => {
      const option = event.target.closest("[role=option]");
      if (option && option !== active) point(option);
    });
    list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
    palette.addEventListener("click", (event) => {
      if (event.target === palette || event.target.closest("[data-palette-close]")) palette.close();
    });
    document.addEventListener("razdar:locked", () => palette.close());
    document.addEventListener("click", (event) => event.target.closest?.("[data-palette-open]") && open());
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.code !== "KeyK") return;
      event.preventDefault();
      if (palette.open) palette.close();
      else open();
    });
  };

  if (palette) start();
}
