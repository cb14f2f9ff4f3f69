// The address of a passage or document as a text to copy, with the site that the reader sees it on.
"use strict";

for (const link of document.querySelectorAll(".permalink > a")) {
  link.parentElement.querySelector(".unseen").textContent = link.href;
}
