// The page Deliver with a script: a look before anything leaves this device, drafts that stay on it, uploads that go on.
// Without it, the forms send as they are.

import * as drafts from "./drafts.js";
import { letters, look } from "./look.js";
import { parsePasted, readTables, without, written } from "./tables.js";
import { upload } from "./uploading.js";

const SMALL = 128 * 1024; // goes at once
const said = document.getElementById("said")?.dataset ?? {};
const words = new Map();

async function wordsFor(form) {
  const source = form.elements.source.value;
  if (!words.has(source)) {
    const answer = await fetch(form.dataset.words.replace("SOURCE", encodeURIComponent(source)));
    if (!answer.ok) throw new Error(String(answer.status));
    words.set(source, await answer.json());
  }
  return words.get(source);
}

const flagged = (tables, known) => tables.sheets.flatMap((sheet) => look(sheet.rows, known).map((one) => ({ ...one, sheet: sheet.name })));

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function show(form, found, remove) {
  const box = form.querySelector(".looked");
  const stops = found.filter((one) => one.sure), doubts = found.filter((one) => !one.sure);
  box.hidden = false;
  box.className = stops.length ? "looked wrong" : "looked note";
  box.replaceChildren(element("p", stops.length ? said.stops : doubts.length ? said.doubts : said.clear));
  if (found.length) {
    const list = element("ul", "");
    found.forEach((one) => {
      const where = [one.sheet, `${said.column} ${letters(one.column)}`, one.header].filter(Boolean).join(", ");
      list.append(element("li", `${where}: ${said[`kind_${one.kind}`] ?? one.kind}`));
    });
    box.append(list);
    if (found.every((one) => !one.inside)) { // a cell of a field is the sender's to mend: the column must stay
      const button = element("button", said.remove, { type: "button", class: "quiet" });
      button.addEventListener("click", remove);
      box.append(button);
    }
  }
  return stops.length === 0;
}

function tell(form, text) {
  const box = form.querySelector(".looked");
  box.hidden = false;
  box.className = "looked note";
  box.replaceChildren(element("p", text));
}

// true: may go; false: something must not leave; null: it could not be looked at here, the office's gate will
async function looked(form, read, replaced) {
  let tables, found;
  try {
    tables = await read();
    if (!tables) { tell(form, said.unread); return null; }
    found = flagged(tables, await wordsFor(form));
  } catch {
    tell(form, said.unread);
    return null;
  }
  return show(form, found, () => replaced(tables, found));
}

function withFile(form) {
  const field = form.elements.file;
  let may = null;
  const ask = async () => {
    const file = field.files[0];
    if (!file) return;
    may = await looked(form, () => readTables(file), async (tables, found) => {
      const carrier = new DataTransfer();
      carrier.items.add(await without(file, tables, found));
      field.files = carrier.files;
      await ask();
    });
  };
  field.addEventListener("change", ask);
  form.elements.source.addEventListener("change", ask);
  form.addEventListener("submit", async (event) => {
    const file = field.files[0];
    if (may === false) { event.preventDefault(); form.querySelector(".looked").scrollIntoView({ block: "center" }); return; }
    if (!file || file.size <= SMALL || file.size > Number(form.dataset.most)) return;
    event.preventDefault();
    await inPieces(form, file);
  });
}

async function inPieces(form, file) {
  const button = form.querySelector("button:not([type=button])");
  const csrf = form.elements.csrfmiddlewaretoken.value;
  button.disabled = true;
  const ask = (body, headers) => fetch(form.dataset.pieces, {
    method: "POST", body, headers: { ...headers, "X-CSRFToken": csrf, "Content-Type": "application/octet-stream" },
  });
  try {
    const token = await upload(file, {
      ask, post: form.dataset.post, source: form.elements.source.value, once: form.elements.once.value,
      tell: (at) => tell(form, at ? `${said.sending} ${Math.round((100 * at[0]) / at[1])} %` : said.waiting),
    });
    const whole = element("form", "", { method: "post", action: form.dataset.whole });
    for (const [name, value] of [["csrfmiddlewaretoken", csrf], ["token", token]]) {
      whole.append(element("input", "", { type: "hidden", name, value }));
    }
    document.body.append(whole);
    whole.submit();
  } catch (problem) {
    tell(form, problem.message);
    button.disabled = false;
  }
}

function withPaste(form) {
  const field = form.elements.table, name = `paste ${form.dataset.post}`;
  const kept = drafts.load(name);
  if (kept && !field.value) {
    field.value = kept.table;
    form.elements.once.value = kept.once;
    form.elements.source.value = kept.source;
    offerToForget(form, name);
  }
  let may = null, pause;
  const ask = async () => {
    if (!field.value.trim()) return;
    may = await looked(form, async () => parsePasted(field.value), (tables, found) => {
      const gone = new Set(found.map((one) => one.column));
      field.value = written(tables.sheets[0].rows.map((row) => row.filter((_, column) => !gone.has(column))), "\t");
      ask();
    });
    if (may !== false) drafts.save(name, { table: field.value, source: form.elements.source.value, once: form.elements.once.value });
  };
  field.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(ask, 400); });
  form.addEventListener("submit", (event) => {
    if (may !== false) return;
    event.preventDefault();
    form.querySelector(".looked").scrollIntoView({ block: "center" });
  });
}

function offerToForget(form, name) {
  const note = element("p", `${said.draft} `, { class: "note" });
  const button = element("button", said.forget, { type: "button", class: "quiet" });
  button.addEventListener("click", () => { drafts.forget(name); form.reset(); form.elements.once.value = drafts.token(); note.remove(); });
  note.append(button);
  form.prepend(note);
}

document.querySelectorAll("form[data-deliver=file]").forEach(withFile);
document.querySelectorAll("form[data-deliver=paste]").forEach(withPaste);
