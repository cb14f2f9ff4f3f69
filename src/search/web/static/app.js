// The page is whole without this file: it adds copy buttons and one key.
"use strict";

(() => {
  const said = document.getElementById("said");
  // Emptied first, so that the same words are spoken again.
  const say = (text) => {
    if (!said) return;
    said.textContent = "";
    requestAnimationFrame(() => { said.textContent = text; });
  };

  const textOf = (element) =>
    element.matches("a[href]") ? element.href : element.textContent.trim();

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
      button.textContent = "已复制";
      say("已复制");
    } catch {
      // No clipboard outside a secure page: leave the text selected for the reader's own keys.
      select(source);
      button.textContent = "已选中";
      say("已选中，请用键盘复制");
    }
    setTimeout(() => { button.textContent = button.dataset.label; }, 1600);
  };

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", () => copy(button));
  }
  document.documentElement.classList.add("has-script");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const box = document.getElementById("q");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // Enter that ends a composition chooses characters; it must not send the form.
  const box = document.getElementById("q");
  if (box) {
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
    });
  }

  // Older browsers cannot open the filters of a wide page by style alone.
  const facets = document.querySelector("details.facets");
  if (facets && !CSS.supports("selector(::details-content)")) {
    const wide = matchMedia("(min-width: 60rem)");
    const follow = () => { if (wide.matches) facets.open = true; };
    wide.addEventListener("change", follow);
    follow();
  }
})();
