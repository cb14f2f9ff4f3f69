// Passages: what is around a hit and how it is cited, in place; a selection can be quoted.
"use strict";

(() => {
  const { words, filled, whenShown, say } = globalThis.duansou;

  const api = (link) => new URL(link.href).pathname.replace(/\/p\/([^/]*)$/, "/api/v1/passages/$1");
  const asked = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  // What a link leads to, in the hit itself: `fill` puts it there and gives its parts.
  const inPlace = (link, fill) => {
    link.setAttribute("role", "button");
    link.setAttribute("aria-expanded", "false");
    let parts = null;
    const toggle = async (event) => {
      event.preventDefault();
      try {
        parts ??= await fill(link.closest(".hit"));
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

  const piece = (name, className, text) => {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    return element;
  };

  // The paragraphs around a result, and how it is cited. Without this the links open its page.
  const around = (link) => inPlace(link, async (hit) => {
    const paragraph = ({ paragraph, text }) => {
      const source = piece("span", "", text);
      source.lang = "zh-Hans";
      const line = document.createElement("p");
      line.append(piece("span", "pilcrow", `¶\u202f${paragraph}`), " ", source);
      return line;
    };
    const found = await asked(api(link));
    const [before, after] = [found.before, found.after].map((some) => {
      const part = piece("div", "around-text", "");
      part.append(...some.map(paragraph));
      return part;
    });
    const passage = hit.querySelector(".passage");
    passage.before(before);
    passage.after(after);
    return [before, after];
  });

  const cite = (link) => inPlace(link, async (hit) => {
    const found = await asked(`${api(link)}/cite`);
    const part = piece("div", "cited-here", "");
    for (const [name, text] of [["reference", found.text], ["mark-of", found.in_text]]) {
      if (!text) continue;
      const id = `${name}-${hit.getAttribute("aria-labelledby")}`;
      const line = document.createElement("p");
      const button = piece("button", "copy", words[name === "reference" ? "copyReference" : "copyMark"]);
      button.type = "button";
      button.dataset.copy = id;
      const shown = piece("span", "reference", text);
      shown.id = id;
      shown.lang = "zh-Hans";
      line.append(shown, " ", button);
      part.append(line);
    }
    const more = piece("a", "", words.moreStyles);
    more.href = link.href;
    part.append(more);
    hit.querySelector(".tail").after(part);
    return [part];
  });
  whenShown(() => {
    for (const link of document.querySelectorAll(".hit a.whole")) around(link);
    for (const link of document.querySelectorAll(".hit a.cite-here")) cite(link);
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

  // A permanent address as a text to copy, with the site that the reader sees it on.
  for (const link of document.querySelectorAll(".permalink > a")) {
    link.parentElement.querySelector(".unseen").textContent = link.href;
  }
})();
