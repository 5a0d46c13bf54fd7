/* What the page of a capture does by itself. Its keys stand on the elements; page.js binds them. */
import "./verdict.js";

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
