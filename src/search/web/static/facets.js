// Facets: years as a range (press, drag, Shift), and what leaves a value out. The page is whole
// without it: there is a form for years, and a page of all values has a link that leaves each out.
"use strict";

(() => {
  const { words, filled, whenShown } = globalThis.duansou;

  // The outline of bars is one drawing; a place in it is a year.
  const years = (drawing) => {
    const form = drawing.parentElement.querySelector("form.year-range");
    const [from, to] = form.querySelectorAll("input[type=number]");
    const first = Number(drawing.dataset.first);
    const counts = drawing.dataset.counts.split(" ").map(Number);
    const axis = document.createElement("p");
    axis.className = "axis";
    axis.setAttribute("aria-hidden", "true");
    drawing.after(axis);
    const rest = () => {
      axis.replaceChildren(...[first, first + counts.length - 1].map((year) => {
        const end = document.createElement("span");
        end.textContent = year;
        return end;
      }));
    };
    const yearAt = (event) => {
      const box = drawing.getBoundingClientRect();
      const at = Math.floor((event.clientX - box.left) / box.width * counts.length);
      return first + Math.min(Math.max(at, 0), counts.length - 1);
    };
    let begun = null;
    drawing.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      begun = event.shiftKey ? Number(from.value) : yearAt(event);
      if (event.pointerType === "mouse") drawing.setPointerCapture(event.pointerId);
    });
    drawing.addEventListener("pointermove", (event) => {
      const year = yearAt(event);
      axis.textContent = begun === null || begun === year
        ? filled(words.yearCount, { year, count: counts[year - first] })
        : `${Math.min(begun, year)}–${Math.max(begun, year)}`;
    });
    drawing.addEventListener("pointerleave", () => { if (begun === null) rest(); });
    drawing.addEventListener("pointercancel", () => { begun = null; rest(); });
    drawing.addEventListener("pointerup", (event) => {
      if (begun === null) return;
      const year = yearAt(event);
      [from.value, to.value] = [Math.min(begun, year), Math.max(begun, year)];
      begun = null;
      form.requestSubmit();
    });
    rest();
  };

  // The address without a value: where choosing it leads tells which value that is.
  const without = (option) => {
    const name = option.closest(".facet").dataset.facet;
    const here = new URL(location.href);
    const there = new URL(option.href);
    const differs = (one, other) => one.searchParams.getAll(name).find(
      (value) => !other.searchParams.getAll(name).includes(value));
    const value = differs(there, here) ?? differs(here, there);
    if (value === undefined) return null;
    here.searchParams.delete(name, value);
    here.searchParams.delete("page");
    here.searchParams.append(`not_${name}`, value);
    return here.href;
  };
  const leaving = document.createElement("a");
  leaving.className = "leave-out";
  leaving.textContent = "−";
  leaving.tabIndex = -1;
  const offer = (option) => {
    const address = without(option);
    if (!address) return false;
    leaving.href = address;
    leaving.title = filled(words.leaveOut, { value: option.querySelector(".value").firstChild.textContent });
    leaving.setAttribute("aria-label", leaving.title);
    option.after(leaving);
    return true;
  };
  const pointed = (event) => event.target.closest?.(".facet .option:not(.excluded)");
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => { if (pointed(event)) offer(pointed(event)); });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "-" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (pointed(event) && offer(pointed(event))) leaving.click();
  });

  whenShown(() => { for (const drawing of document.querySelectorAll("svg.years")) years(drawing); });
})();
