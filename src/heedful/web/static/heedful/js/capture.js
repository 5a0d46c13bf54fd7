/* The keyboard of the capture page. Every key presses or opens something that is there without script too. */
import {onKeys} from "./keys.js";

function openAndFocus(details) {
  details.open = true;
  details.scrollIntoView({block: "nearest"});
  details.querySelector("select, textarea")?.focus();
}

const handlers = {};
for (const button of document.querySelectorAll("button[data-key]")) handlers[button.dataset.key] = () => button.click();
for (const details of document.querySelectorAll("details[data-key-open]")) {
  handlers[details.dataset.keyOpen] = () => openAndFocus(details);
}
for (const field of document.querySelectorAll("[data-key-focus]")) {
  handlers[field.dataset.keyFocus] = () => {
    field.focus();
    field.scrollIntoView({block: "center"});
  };
}
onKeys(handlers);

/* One press, one decision: a second click on a slow line must not send again. */
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
/* An open picture closes by itself. */
for (const figure of document.querySelectorAll("[data-closes-after]")) {
  setTimeout(() => {
    figure.nextElementSibling.hidden = false;
    figure.remove();
  }, Number(figure.dataset.closesAfter) * 1000);
}

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

document.querySelector(".field-trouble, .notice-danger")?.scrollIntoView({block: "center"});
