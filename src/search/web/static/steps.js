// Steps of a search (a facet, an order, a page, another text) without loading the page anew: what
// changes is fetched and put in place. Links and forms are whole without it, and take over whenever
// something is not as it should be.
"use strict";

(() => {
  const KEPT = 12;
  const isResults = (page) => page.querySelector(".results-page") !== null;
  const main = document.getElementById("main");
  if (!main || !isResults(document) || !history.pushState || !window.AbortController) return;

  const script = document.querySelector("script[src]").getAttribute("src");
  const said = document.getElementById("said");
  const pages = new Map();
  let asked = null;
  let busy = 0;

  const keep = (address, text) => {
    pages.delete(address);
    pages.set(address, text);
    if (pages.size > KEPT) pages.delete(pages.keys().next().value);
  };

  // The page behind an address; null where it is not one that can be put in place here.
  const read = async (address, signal) => {
    const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
    if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("text/html")) return null;
    const at = new URL(answer.url);
    at.hash = new URL(address).hash;
    const text = await answer.text();
    keep(at.href, text);
    return { address: at.href, text };
  };

  const parsed = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const fits = isResults(page) && page.documentElement.lang === document.documentElement.lang
      && page.querySelector("script[src]")?.getAttribute("src") === script;
    return fits ? page : null;
  };

  // What the reader had in hand: the facet and value with the focus, and the folds that are open.
  const held = () => {
    const active = document.activeElement;
    const option = active?.closest?.(".facet a");
    return {
      facet: option?.closest(".facet").getAttribute("aria-labelledby"),
      value: option?.querySelector(".value")?.textContent,
      folds: [...main.querySelectorAll(".facet details[open]")]
        .map((fold) => fold.closest(".facet").getAttribute("aria-labelledby")),
    };
  };
  const hold = (before) => {
    for (const facet of main.querySelectorAll(".facet")) {
      const name = facet.getAttribute("aria-labelledby");
      if (before.folds.includes(name)) facet.querySelector("details")?.setAttribute("open", "");
      if (name !== before.facet) continue;
      const same = [...facet.querySelectorAll("a")].find((link) => (
        link.querySelector(".value")?.textContent === before.value
      ));
      same?.focus({ preventScroll: true });
    }
    if (!main.contains(document.activeElement)) main.focus({ preventScroll: true });
  };

  const put = (page) => {
    const before = held();
    const typing = document.activeElement === document.getElementById("q");
    document.title = page.title;
    for (const link of document.head.querySelectorAll("link:is([rel=prev], [rel=next], [rel=alternate], [rel=canonical])")) link.remove();
    document.head.append(...page.head.querySelectorAll("link:is([rel=prev], [rel=next], [rel=alternate], [rel=canonical])"));
    const form = document.querySelector("form.search");
    form.querySelectorAll("input[type=hidden]").forEach((input) => input.remove());
    form.append(...page.querySelectorAll("form.search input[type=hidden]"));
    document.getElementById("q").value = page.getElementById("q").value;
    document.querySelector(".top-links").querySelectorAll(".language").forEach((link, at) => {
      link.href = page.querySelectorAll(".top-links .language")[at]?.getAttribute("href");
    });
    document.querySelector("footer.foot").replaceWith(page.querySelector("footer.foot"));
    main.replaceChildren(...page.getElementById("main").childNodes);
    document.dispatchEvent(new Event("duansou:shown"));
    if (!typing) hold(before);
    said.textContent = "";
    requestAnimationFrame(() => { said.textContent = main.querySelector("h1")?.textContent ?? ""; });
  };

  const wait = (on) => {
    clearTimeout(busy);
    document.documentElement.toggleAttribute("data-step", on);
    if (on) busy = setTimeout(() => main.setAttribute("aria-busy", "true"), 200);
    else main.removeAttribute("aria-busy");
  };

  // To another address. What cannot be put in place is opened as a link would.
  const go = async (address, { back = false, top = 0 } = {}) => {
    asked?.abort();
    const mine = asked = new AbortController();
    wait(true);
    let found = null;
    let page = null;
    try {
      // Going back shows what was there; anything else asks again.
      found = back && pages.has(address)
        ? { address, text: pages.get(address) } : await read(address, mine.signal);
      page = found && parsed(found.text);
    } catch (error) {
      if (error.name === "AbortError") return;
    }
    if (mine !== asked) return;
    wait(false);
    if (!page) {
      if (back) location.reload();
      else location.assign(address);
      return;
    }
    if (!back) {
      history.replaceState({ ...history.state, top: scrollY }, "");
      history.pushState({ top: 0 }, "", found.address);
    }
    put(page);
    scrollTo({ top, behavior: "instant" });
  };

  const isHere = (address) => address.origin === location.origin && address.pathname === location.pathname;

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("#main a[href]");
    if (!link || link.hasAttribute("download") || (link.target && link.target !== "_self")) return;
    const address = new URL(link.href.baseVal ?? link.href, location.href);
    if (!isHere(address) || address.hash || address.searchParams.has("lang")) return;
    event.preventDefault();
    go(address.href);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const address = new URL(form.action, location.href);
    if (event.defaultPrevented || form.method !== "get" || !isHere(address)) return;
    event.preventDefault();
    address.search = new URLSearchParams(new FormData(form));
    document.getElementById("q").blur();
    go(address.href);
  });

  addEventListener("popstate", () => {
    if (location.hash && !history.state) return;
    go(location.href, { back: true, top: history.state?.top ?? 0 });
  });
  history.scrollRestoration = "manual";
  // A page that is loaded anew is where it was left.
  if (history.state?.top) scrollTo({ top: history.state.top, behavior: "instant" });
  addEventListener("pagehide", () => history.replaceState({ ...history.state, top: scrollY }, ""));
})();
