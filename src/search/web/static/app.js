// The page is whole without this file: it adds copy buttons, suggestions, keys.
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

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", () => copy(button));
  }
  document.documentElement.classList.add("has-script");

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

  // The paragraphs around a result, without leaving the list. Without this the link opens them.
  const around = (link) => {
    link.setAttribute("role", "button");
    link.setAttribute("aria-expanded", "false");
    const paragraph = ({ paragraph, text }) => {
      const line = document.createElement("p");
      const number = document.createElement("span");
      number.className = "pilcrow";
      number.textContent = `¶\u202f${paragraph}`;
      const source = document.createElement("span");
      source.lang = "zh-Hans";
      source.textContent = text;
      line.append(number, " ", source);
      return line;
    };
    const fill = async () => {
      const answer = await fetch(link.dataset.around);
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      const passage = link.closest(".hit").querySelector(".passage");
      const [before, after] = [found.before, found.after].map((some) => {
        const part = document.createElement("div");
        part.className = "around-text";
        part.append(...some.map(paragraph));
        return part;
      });
      passage.before(before);
      passage.after(after);
      return [before, after];
    };
    let parts = null;
    const toggle = async (event) => {
      event.preventDefault();
      try {
        parts ??= await fill();
      } catch {
        location.assign(link.href);
        return;
      }
      const open = link.getAttribute("aria-expanded") !== "true";
      for (const part of parts) part.hidden = !open;
      link.setAttribute("aria-expanded", String(open));
    };
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      toggle(event);
    });
    link.addEventListener("keydown", (event) => { if (event.key === " ") toggle(event); });
  };
  whenShown(() => {
    for (const link of document.querySelectorAll("#main a[data-around]")) around(link);
  });

  // A selection in the passage can be quoted: a link to its range. Without this a form counts.
  const quoting = (text) => {
    const bar = document.createElement("p");
    bar.className = "quote-bar";
    bar.hidden = true;
    const link = document.createElement("a");
    bar.append(link);
    text.after(bar);

    // Addresses count code points, a script UTF-16 units.
    const length = (string) => [...string].length;
    const chosen = () => {
      const selection = getSelection();
      if (!selection.rangeCount || selection.isCollapsed) return null;
      const range = selection.getRangeAt(0);
      if (!range.intersectsNode(text)) return null;
      const within = document.createRange();
      within.selectNodeContents(text);
      // What is selected beyond the passage does not count.
      if (range.compareBoundaryPoints(Range.START_TO_START, within) > 0) within.setStart(range.startContainer, range.startOffset);
      if (range.compareBoundaryPoints(Range.END_TO_END, within) < 0) within.setEnd(range.endContainer, range.endOffset);
      const before = document.createRange();
      before.selectNodeContents(text);
      before.setEnd(within.startContainer, within.startOffset);
      const from = length(before.toString());
      const to = from + length(within.toString());
      return to > from ? { from, to, boxes: within.getClientRects() } : null;
    };

    let timer = 0;
    const follow = () => {
      if (bar.contains(document.activeElement)) return;
      const found = chosen();
      if (!found) {
        bar.hidden = true;
        return;
      }
      const address = new URL(text.dataset.passage, location.href);
      for (const [name, value] of new URLSearchParams(location.search)) {
        if (!["from", "to", "first", "last"].includes(name)) address.searchParams.append(name, value);
      }
      address.searchParams.set("from", found.from);
      address.searchParams.set("to", found.to);
      address.hash = "quotation";
      link.href = address;
      link.textContent = filled(words.citeSelected, { count: found.to - found.from });
      const opened = bar.hidden;
      bar.hidden = false;
      const end = found.boxes[found.boxes.length - 1];
      const frame = bar.offsetParent?.getBoundingClientRect();
      if (end && frame) {
        bar.style.top = `${end.bottom - frame.top + 6}px`;
        bar.style.left = `${Math.max(text.offsetLeft, end.right - frame.left - bar.offsetWidth)}px`;
      }
      if (opened) say(words.citeSelectedSaid);
    };
    document.addEventListener("selectionchange", () => {
      clearTimeout(timer);
      timer = setTimeout(follow, 150);
    });
    // After a press on the text the focus is on what is around it, and Tab would begin at its top.
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Tab" || event.shiftKey || bar.hidden || !document.activeElement?.contains(text)) return;
      event.preventDefault();
      link.focus();
    });
    // A press must not take the selection away before it counts.
    bar.addEventListener("mousedown", (event) => event.preventDefault());
    bar.addEventListener("focusout", () => { setTimeout(follow); });
    bar.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      link.blur();
      getSelection().removeAllRanges();
    });
  };
  const passageText = document.querySelector("#text[data-passage]");
  if (passageText) quoting(passageText);

  // Enter that ends a composition chooses characters; it must not send the form.
  const box = document.getElementById("q");
  if (box) {
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
    });
  }

  // Suggestions: an ARIA combobox whose list the server fills. Without this the box is a plain one.
  const suggest = (box) => {
    const REST_MS = 120;
    const list = document.createElement("ul");
    list.id = "completions";
    list.className = "completions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.suggestions);
    list.hidden = true;
    box.after(list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    })) box.setAttribute(name, value);

    let composing = false;
    let primed = false;
    let timer = 0;
    let asked = null;
    let chosen = -1;

    const options = () => [...list.children];
    const choose = (number) => {
      chosen = number;
      options().forEach((option, at) => option.setAttribute("aria-selected", String(at === number)));
      const option = list.children[number];
      if (option) {
        box.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else {
        box.removeAttribute("aria-activedescendant");
      }
    };
    const show = (open) => {
      list.hidden = !open;
      box.setAttribute("aria-expanded", String(open));
      choose(-1);
    };
    // Whatever is still to come is of an older text.
    const stop = () => {
      clearTimeout(timer);
      asked?.abort();
      asked = null;
      show(false);
    };
    const piece = (name, text) => {
      const span = document.createElement("span");
      span.className = name;
      span.textContent = text;
      return span;
    };
    const inChinese = (span) => {
      if (/\p{Script=Han}/u.test(span.textContent)) span.lang = "zh-Hans";
      return span;
    };
    const fill = (suggestions) => {
      list.replaceChildren(...suggestions.map((suggestion, at) => {
        const option = document.createElement("li");
        option.id = `completion-${at}`;
        option.setAttribute("role", "option");
        option.dataset.address = suggestion.address;
        option.append(
          piece("kind", words[suggestion.kind] ?? suggestion.label), " ", inChinese(piece("completion", suggestion.text)), " ",
          inChinese(piece("inside", suggestion.kind === "place" ? suggestion.value.split("/").slice(0, -1).join(" ") : "")), " ",
          piece("number", filled(suggestion.passages === 1 ? words.passage : words.passages, {
            count: suggestion.passages.toLocaleString(language),
          })),
        );
        return option;
      }));
      show(suggestions.length > 0);
    };
    const ask = async () => {
      const params = new URLSearchParams(new FormData(box.form));
      params.delete("limit");
      const mine = asked = new AbortController();
      try {
        const answer = await fetch(`${box.dataset.suggest}?${params}`, { signal: mine.signal });
        const found = answer.ok ? (await answer.json()).suggestions : [];
        if (mine === asked && document.activeElement === box) fill(found);
      } catch {
        // Stopped, or the server is gone: the box still sends.
      }
    };
    const soon = () => {
      stop();
      if (!composing && box.value.trim()) timer = setTimeout(ask, REST_MS);
    };
    const go = (option) => { location.assign(option.dataset.address); };

    box.addEventListener("compositionstart", () => { composing = true; stop(); });
    box.addEventListener("compositionend", () => { composing = false; soon(); });
    box.addEventListener("input", (event) => { if (!event.isComposing) soon(); });
    box.addEventListener("focus", () => {
      // The first answer takes longest: let the server prepare before the first key.
      if (primed) return;
      primed = true;
      fetch(`${box.dataset.suggest}?q=`).catch(() => {});
    });
    box.addEventListener("blur", stop);
    box.form.addEventListener("submit", stop);
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229 || list.hidden) return;
      const count = list.children.length;
      if (event.key === "ArrowDown") choose(chosen + 1 < count ? chosen + 1 : -1);
      else if (event.key === "ArrowUp") choose(chosen < 0 ? count - 1 : chosen - 1);
      else if (event.key === "Escape") stop();
      else if (event.key === "Enter" && chosen >= 0) go(list.children[chosen]);
      else return;
      event.preventDefault();
    });
    // The box keeps the focus while an option is pressed.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) go(option);
    });
  };
  if (box?.form && box.dataset.suggest) suggest(box);

  // The basket: ids in this browser's storage; the page of a basket is an address made of them.
  const basket = (link) => {
    const KEY = "duansou.basket";
    const LIMIT = 200;
    const ID = /^[0-9a-f]{20}-[0-9a-f]{8}(-[0-9]{1,6})?$/;
    const read = () => {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? kept.filter((id) => ID.test(id)).slice(0, LIMIT) : [];
    };
    const write = (ids) => localStorage.setItem(KEY, JSON.stringify(ids));
    const address = (ids) => `${link.dataset.basket}?${ids.map((id) => `id=${id}&`).join("")}kept=1`;
    let buttons = [];
    const idOf = (button) => new URL(button.href).searchParams.get("id");
    const paint = () => {
      const ids = read();
      link.href = address(ids);
      link.textContent = words.basket;
      if (ids.length) {
        const count = document.createElement("span");
        count.className = "basket-count";
        count.textContent = ids.length;
        link.append(" ", count);
      }
      for (const button of buttons) {
        const inside = ids.includes(idOf(button));
        button.textContent = inside ? words.outOfBasket : words.intoBasket;
        button.classList.toggle("in-basket", inside);
      }
    };
    const toggle = (id) => {
      const ids = read();
      const inside = ids.includes(id);
      if (!inside && ids.length >= LIMIT) {
        say(filled(words.basketFullSaid, { limit: LIMIT }));
        link.textContent = filled(words.basketFull, { limit: LIMIT });
        return;
      }
      write(inside ? ids.filter((other) => other !== id) : [...ids, id]);
      paint();
      say(inside ? words.outOfBasketSaid : filled(words.intoBasketSaid, { count: ids.length + 1 }));
    };
    try {
      read();
      // Storage that cannot be written to is none.
      write(read());
    } catch {
      return;
    }

    const page = document.getElementById("basket");
    if (page) {
      const shown = [...page.querySelectorAll("[data-id]")].map((item) => item.dataset.id);
      const here = new URL(location.href);
      if (page.dataset.kept) {
        write(shown.filter((id) => ID.test(id)));
        // The address is for sharing: it must not take the place of somebody else's basket.
        here.searchParams.delete("kept");
        history.replaceState(null, "", here);
      } else if (shown.length && shown.join() !== read().join()) {
        document.getElementById("basket-adopt").hidden = false;
        document.getElementById("basket-merge").addEventListener("click", () => {
          const merged = [...new Set([...read(), ...shown])].slice(0, LIMIT);
          write(merged);
          location.assign(address(merged));
        });
      }
    }
    addEventListener("storage", paint);
    addEventListener("pageshow", paint);
    whenShown(() => {
      buttons = [...document.querySelectorAll("#main a.to-basket")];
      for (const button of buttons) {
        button.setAttribute("role", "button");
        button.addEventListener("click", (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
          event.preventDefault();
          toggle(idOf(button));
        });
        button.addEventListener("keydown", (event) => {
          if (event.key !== " ") return;
          event.preventDefault();
          toggle(idOf(button));
        });
      }
      paint();
    });
  };
  const basketLink = document.getElementById("basket-link");
  if (basketLink) basket(basketLink);

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
