// Facets: bars of years as a range (drag, Shift-click, arrow keys), a box to find a value.
// The page is whole without it.
"use strict";

(() => {
  let form = null;
  let bars = [];
  const year = (bar) => Number(bar.dataset.year);
  const show = (first, last) => bars.forEach((bar) => bar.classList.toggle(
    "in-range", first !== null && year(bar) >= Math.min(first, last) && year(bar) <= Math.max(first, last)));
  const send = (first, last) => {
    form.elements.year_from.value = Math.min(first, last);
    form.elements.year_to.value = Math.max(first, last);
    form.requestSubmit();
  };
  const barAt = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("a[data-year]");
  let from = null;
  let to = null;
  document.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const bar = barAt(event);
    if (bar) to = year(bar);
    show(from, to);
  });
  document.addEventListener("pointerup", () => {
    const [first, last] = [from, to];
    from = to = null;
    show(null);
    if (first !== null && first !== last) send(first, last);
  });

  const start = () => {
    const drawing = document.querySelector("svg.years");
    form = document.querySelector("form.year-range");
    bars = drawing && form ? [...drawing.querySelectorAll("a[data-year]")] : [];
    bars.forEach((bar, at) => {
      // One stop of the Tab key for all bars; arrow keys go from one to the next.
      bar.setAttribute("tabindex", at ? "-1" : "0");
      bar.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step || !bars[at + step]) return;
        event.preventDefault();
        bar.setAttribute("tabindex", "-1");
        bars[at + step].setAttribute("tabindex", "0");
        bars[at + step].focus();
      });
      bar.addEventListener("pointerdown", (event) => {
        if (event.pointerType !== "mouse" || event.button || event.shiftKey) return;
        from = to = year(bar);
      });
      bar.addEventListener("dragstart", (event) => event.preventDefault());
      bar.addEventListener("click", (event) => {
        if (event.shiftKey) {
          event.preventDefault();
          const chosen = bars.filter((other) => other.classList.contains("chosen")).map(year);
          send(Math.min(year(bar), ...chosen), Math.max(year(bar), ...chosen));
        }
      });
    });
    for (const facet of document.querySelectorAll(".facet[data-find]")) {
      const box = document.createElement("input");
      box.type = "text";
      box.className = "find-value";
      box.placeholder = facet.dataset.find;
      box.setAttribute("aria-label", facet.dataset.find);
      box.autocomplete = "off";
      const items = [...facet.querySelectorAll("li")];
      const folds = [...facet.querySelectorAll("details")];
      const every = facet.querySelector(".every-link a");
      facet.querySelector("h3").after(box);
      box.addEventListener("input", () => {
        const wanted = box.value.trim().toLowerCase();
        items.forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(wanted); });
        folds.forEach((fold) => { fold.open = wanted !== ""; });
        // Not every value is on this page: the link below, or Enter, looks through all.
        const address = new URL(every.href);
        if (wanted) address.searchParams.set("find", box.value.trim());
        else address.searchParams.delete("find");
        every.href = address;
      });
      box.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
        location.assign(every.href);
      });
    }
  };
  start();
  document.addEventListener("duansou:shown", start);
})();
