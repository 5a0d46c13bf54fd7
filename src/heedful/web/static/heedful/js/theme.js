/* Sets the chosen theme before the first paint; without a choice the system's stands. */
"use strict";

(() => {
  const CHOICE = "heedful-theme";
  const chosen = localStorage.getItem(CHOICE);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;

  function isDark() {
    const theme = document.documentElement.dataset.theme;
    return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const next = isDark() ? "light" : "dark";
        document.documentElement.dataset.theme = next;
        localStorage.setItem(CHOICE, next);
      });
    }
  });
})();
