// The weekly form with a script: typing is the act "number", another act empties the number, and the draft stays here.

import * as drafts from "./drafts.js";

const form = document.querySelector("form.weekly");
const fields = () => [...form.elements].filter((one) => one.name && !["csrfmiddlewaretoken", "once", "week", "unit"].includes(one.name));
const ticked = (one) => one.type === "radio" || one.type === "checkbox";
const name = () => ["weekly", form.dataset.post, form.dataset.source, form.elements.unit.value, form.elements.week.value].join(" ");

function keep() {
  const said = Object.fromEntries([...new FormData(form)].filter(([key, value]) => value && key !== "csrfmiddlewaretoken"));
  drafts.save(name(), said);
}

function restore() {
  const said = drafts.load(name());
  if (!said || fields().some((one) => (ticked(one) ? one.checked : one.value))) return;
  form.elements.once.value = said.once;
  for (const one of fields()) {
    if (ticked(one)) one.checked = said[one.name] === one.value;
    else one.value = said[one.name] ?? "";
  }
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = `${form.dataset.kept} `;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "quiet", textContent: form.dataset.forget });
  button.addEventListener("click", () => {
    drafts.forget(name());
    fields().forEach((one) => { if (ticked(one)) one.checked = false; else one.value = ""; });
    form.elements.once.value = drafts.token();
    note.remove();
  });
  note.append(button);
  form.prepend(note);
}

form.addEventListener("input", ({ target }) => {
  const code = target.name.replace(/^(number|act)-/, "");
  if (target.name.startsWith("number-")) {
    form.querySelectorAll(`[name="act-${CSS.escape(code)}"]`).forEach((one) => { one.checked = one.value === "number" && target.value !== ""; });
  } else if (target.name.startsWith("act-") && target.value !== "number") {
    form.elements[`number-${code}`].value = "";
    const dead = form.elements[`dead-${code}`];
    if (dead) [dead.value, form.elements[`unknown-${code}`].checked] = ["", false];
  }
  else if (target.name.startsWith("act-")) form.elements[`number-${code}`].focus();
  keep();
});
form.classList.add("scripted"); // typing is the act; its own button is for browsers without a script
addEventListener("pageshow", restore);
