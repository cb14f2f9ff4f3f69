// The basket, kept in this browser.
"use strict";

(() => {
  const { words, filled, whenShown, say } = globalThis.duansou;

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
})();
