// The queue by keyboard. Everything here can also be done with the buttons on the page.
"use strict";

(() => {
  const entries = [...document.querySelectorAll(".queue > li")];
  const keys = document.getElementById("keys");
  const undo = document.getElementById("undo");

  // Single keys can be switched off: they get in the way of those who speak to their computer.
  if (keys) {
    keys.checked = localStorage.getItem("desk-keys") !== "off";
    keys.addEventListener("change", () => localStorage.setItem("desk-keys", keys.checked ? "on" : "off"));
  }

  const current = () => entries.findIndex((entry) => entry.contains(document.activeElement));
  const go = (number) => {
    const entry = entries[Math.max(0, Math.min(number, entries.length - 1))];
    if (entry) entry.focus();
  };
  const press = (selector) => {
    const button = entries[current()]?.querySelector(selector);
    if (button) button.click();
  };

  const does = {
    j: () => go(current() + 1),
    k: () => go(current() - 1),
    c: () => press("button[value=confirm]"),
    r: () => press("button[value=reject]"),
    x: () => press("input[type=checkbox]"),
    e: () => {
      const field = entries[current()]?.querySelector(".correct :is(input:not([type=hidden]), select)");
      if (!field) return;
      field.closest("details").open = true;
      field.focus();
    },
    u: () => undo?.requestSubmit(),
  };

  document.addEventListener("keydown", (event) => {
    const writes = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (writes || event.ctrlKey || event.altKey || event.metaKey || (keys && !keys.checked)) return;
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // After a decision the next link stands where the decided one stood.
  const place = location.hash.match(/^#entry-(\d+)$/);
  if (place) go(Number(place[1]) - 1);
})();
