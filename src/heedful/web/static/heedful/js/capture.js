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

/* What went wrong is where the reader goes on: on the words, not in a field, so that a grade is still one key away. */
const trouble = document.querySelector(".field-trouble, .notice-danger");
if (trouble) {
  trouble.tabIndex = -1;
  trouble.focus({preventScroll: true});
  trouble.scrollIntoView({block: "center"});
}
