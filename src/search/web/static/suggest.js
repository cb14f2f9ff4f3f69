// The search box: what it suggests while one types.
"use strict";

(() => {
  const { words, filled, language } = globalThis.duansou;

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
})();
