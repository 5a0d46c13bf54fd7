// Buttons that copy what stands beside them; without a script the text is there to be selected.
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const words = button.querySelector("[data-copy-words]");
  if (!source || !words) continue;
  const usual = words.textContent;
  let timer;
  button.hidden = false;
  button.addEventListener("click", async () => {
    words.textContent = (await copied(source)) ? "Copied" : "Selected: press Ctrl+C";
    clearTimeout(timer);
    timer = setTimeout(() => (words.textContent = usual), 4000);
  });
}

// A browser gives the clipboard to pages served by https alone; elsewhere the text is selected.
async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(source);
    return false;
  }
}

// A token that is typed here goes into the texts of this page and nowhere else.
const field = document.querySelector("[data-fill]");
if (field) {
  const placeholder = field.dataset.fill;
  const texts = [...document.querySelectorAll("[data-fillable]")].map((node) => [node, node.textContent]);
  field.closest("[hidden]").hidden = false;
  field.addEventListener("input", () => {
    const token = field.value.trim();
    for (const [node, text] of texts) node.textContent = text.replaceAll(placeholder, /^hee-[\w-]+$/.test(token) ? token : placeholder);
  });
}
