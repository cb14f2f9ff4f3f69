// What the other scripts share; copy buttons, menus, single keys. The page is whole without any.
"use strict";

(() => {
  // What is said comes with the page, in its language; {name} is filled in.
  const words = JSON.parse(document.body.dataset.said);
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const language = document.documentElement.lang;

  // A choice of language is remembered by the server: the address is for sharing, without it.
  const shown = new URL(location.href);
  if (navigator.cookieEnabled && shown.searchParams.has("lang")) {
    shown.searchParams.delete("lang");
    history.replaceState(null, "", shown);
  }

  // What is done with each part of a page, now and whenever a step puts other parts in its place.
  const whenShown = (start) => {
    start();
    document.addEventListener("duansou:shown", start);
  };

  const said = document.getElementById("said");
  // Emptied first, so that the same words are spoken again.
  const say = (text) => {
    if (!said) return;
    said.textContent = "";
    requestAnimationFrame(() => { said.textContent = text; });
  };

  const textOf = (element) => {
    if (element.matches("a[href]")) return element.href;
    return element.matches("[data-exact]") ? element.textContent : element.textContent.trim();
  };

  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    button.dataset.label ??= button.textContent;
    try {
      await navigator.clipboard.writeText(textOf(source));
      button.textContent = words.copied;
      say(button.dataset.said ?? words.copied);
    } catch {
      // No clipboard outside a secure page: leave the text selected for the reader's own keys.
      select(source);
      button.textContent = words.selected;
      say(words.copyByHand);
    }
    setTimeout(() => { button.textContent = button.dataset.label; }, 1600);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (button) copy(button);
  });
  document.documentElement.classList.add("has-script");
  globalThis.duansou = { words, filled, language, whenShown, say };

  // One menu is open at a time; Escape and a press elsewhere close it.
  const close = (kept) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== kept) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    close();
  });

  // Single keys. They can be turned off, as they get in the way of speech input.
  const keys = (dialog) => {
    const OFF = "duansou-single-keys-off";
    const enabled = document.getElementById("single-keys");
    try {
      enabled.checked = !localStorage.getItem(OFF);
    } catch {
      // Storage may be forbidden: then they are on.
    }
    enabled.addEventListener("change", () => {
      try {
        if (enabled.checked) localStorage.removeItem(OFF);
        else localStorage.setItem(OFF, "1");
      } catch {
        // It holds for this page.
      }
    });

    const results = () => [...document.querySelectorAll(".hit :is(h2, h3) a")];
    const passages = () =>
      [...document.querySelectorAll(".document .row[id] mark")].map((mark) => mark.closest(".row"))
        .filter((row, at, rows) => row !== rows[at - 1]);
    const here = () => document.activeElement?.closest(".hit")?.querySelector(":is(h2, h3) a");
    const step = (by) => {
      const links = results();
      if (links.length) {
        const at = links.indexOf(here());
        const next = at < 0 && by < 0 ? -1 : at + by;
        if (links[next]) {
          links[next].focus();
          links[next].closest(".hit").scrollIntoView({ block: "nearest" });
        }
        return;
      }
      const rows = passages();
      const at = rows.findIndex((row) => `#${row.id}` === location.hash);
      const top = by > 0 ? rows.findIndex((row) => row.getBoundingClientRect().top > 0) : -1;
      const next = rows[at < 0 ? top : at + by];
      if (next) location.hash = next.id;
    };
    const cite = () => {
      const link = here();
      if (link) {
        const address = new URL(link.href);
        address.hash = "cite-title";
        location.assign(address);
      } else if (document.getElementById("cite-title")) {
        location.hash = "cite-title";
      }
    };
    const search = () => {
      const box = document.getElementById("q");
      box?.focus();
      box?.select();
    };
    const does = {
      "/": search,
      j: () => step(1),
      k: () => step(-1),
      o: () => here()?.click(),
      c: cite,
      "?": () => dialog.showModal(),
    };
    document.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || dialog.open) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("input, textarea, select, [contenteditable]")) return;
      let act = Object.hasOwn(does, event.key) ? does[event.key] : null;
      // "?" also leads back to the box that turns the others on again.
      if (act && !enabled.checked && event.key !== "?") act = null;
      // Arrows scroll, until a result has the focus.
      if (here() === document.activeElement && here()) {
        if (event.key === "ArrowDown") act = does.j;
        if (event.key === "ArrowUp") act = does.k;
      }
      if (!act) return;
      event.preventDefault();
      act();
    });
  };
  const dialog = document.getElementById("keys");
  if (dialog?.showModal) keys(dialog);

  // Older browsers cannot open the filters of a wide page by style alone.
  if (!CSS.supports("selector(::details-content)")) {
    const wide = matchMedia("(min-width: 60rem)");
    const follow = () => {
      const facets = document.querySelector("details.facets");
      if (facets && wide.matches) facets.open = true;
    };
    wide.addEventListener("change", follow);
    whenShown(follow);
  }
})();
