// Reads delimited text and XLSX in the browser, and writes a copy without some columns. No library: a ZIP directory,
// the browser's own inflate and its XML parser are enough. What is not understood is left to the office's own gate.

const TEXT = new TextDecoder("utf-8");
const MOST = 24 * 2 ** 20;

export async function readTables(file) {
  if (file.size > MOST) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readWorkbook(bytes);
  if (bytes.subarray(0, 4096).includes(0)) return null;
  const text = TEXT.decode(bytes).replace(/^\ufeff/, "");
  if (text.includes("\ufffd")) return null; // another encoding: the office knows more of them
  const delimiter = delimiterOf(text);
  return { kind: "text", delimiter, sheets: [{ name: "", rows: parse(text, delimiter) }] };
}

export const parsePasted = (text) => ({ kind: "text", delimiter: "\t", sheets: [{ name: "", rows: parse(text, "\t") }] });

function delimiterOf(text) {
  const lines = text.split("\n", 20);
  const score = (mark) => lines.filter((line) => line.includes(mark)).length * 1000 + lines[0].split(mark).length;
  return ["\t", ";", "|", ","].reduce((best, mark) => (score(mark) > score(best) ? mark : best), ",");
}

function parse(text, delimiter) {
  const rows = [[]];
  let cell = "", quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at];
    if (quoted) {
      if (one === '"' && text[at + 1] === '"') { cell += '"'; at += 1; } else if (one === '"') quoted = false;
      else cell += one;
    } else if (one === '"' && cell === "") quoted = true;
    else if (one === delimiter) { rows.at(-1).push(cell); cell = ""; }
    else if (one === "\n") { rows.at(-1).push(cell.replace(/\r$/, "")); cell = ""; rows.push([]); }
    else cell += one;
  }
  rows.at(-1).push(cell);
  if (rows.at(-1).length === 1 && rows.at(-1)[0] === "") rows.pop();
  return rows;
}

export function written(rows, delimiter) {
  const safe = (cell) => (cell.includes(delimiter) || /["\n\r]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell);
  return rows.map((row) => row.map(safe).join(delimiter)).join("\n") + "\n";
}

// The file again without the flagged columns: of text they go, of a workbook their cells are emptied, and every shared
// text that nothing else uses is blanked with them.
export async function without(file, tables, flagged) {
  if (tables.kind === "text") {
    const gone = new Set(flagged.map((one) => one.column));
    const rows = tables.sheets[0].rows.map((row) => row.filter((_, column) => !gone.has(column)));
    return new File([written(rows, tables.delimiter)], file.name, { type: "text/plain" });
  }
  return new File([await rewritten(tables, flagged)], file.name, { type: file.type });
}

// ---- ZIP

function entriesOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error("no directory");
  const found = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const [names, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const start = view.getUint32(at + 42, true);
    const data = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    found.push({
      name: TEXT.decode(bytes.subarray(at + 46, at + 46 + names)),
      packed: view.getUint16(at + 10, true) === 8,
      size: view.getUint32(at + 24, true),
      data: bytes.subarray(data, data + view.getUint32(at + 20, true)),
    });
    at += 46 + names + extra + comment;
  }
  return found;
}

const through = async (bytes, stream) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

async function opened(entry) {
  if (!entry) return "";
  if (entry.size > 8 * MOST) throw new Error("too large");
  return TEXT.decode(entry.packed ? await through(entry.data, new DecompressionStream("deflate-raw")) : entry.data);
}

const CRC = Array.from({ length: 256 }, (_, n) => {
  let one = n;
  for (let bit = 0; bit < 8; bit += 1) one = one & 1 ? (one >>> 1) ^ 0xedb88320 : one >>> 1;
  return one >>> 0;
});
const crc = (bytes) => (bytes.reduce((sum, one) => CRC[(sum ^ one) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function zipped(files) {
  const parts = [], directory = [];
  let at = 0;
  for (const [name, bytes] of files) {
    const label = new TextEncoder().encode(name);
    const head = new DataView(new ArrayBuffer(30)), entry = new DataView(new ArrayBuffer(46));
    head.setUint32(0, 0x04034b50, true);
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint16(4, 20, true);
    for (const [view, shift] of [[head, 0], [entry, 2]]) {
      view.setUint16(4 + shift, 20, true);
      view.setUint16(6 + shift, 0x0800, true);
      view.setUint32(10 + shift, 0x21 << 16, true);
      view.setUint32(14 + shift, crc(bytes), true);
      view.setUint32(18 + shift, bytes.length, true);
      view.setUint32(22 + shift, bytes.length, true);
      view.setUint16(26 + shift, label.length, true);
    }
    entry.setUint32(42, at, true);
    parts.push(head, label, bytes);
    directory.push(entry, label);
    at += 30 + label.length + bytes.length;
  }
  const size = directory.reduce((sum, one) => sum + one.byteLength, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, size, true);
  end.setUint32(16, at, true);
  return new Blob([...parts, ...directory, end]);
}

// ---- XLSX

const xml = (text) => new DOMParser().parseFromString(text, "application/xml");
const all = (node, name) => [...node.getElementsByTagNameNS("*", name)];
const columnOf = (reference) => [...reference.replace(/\d+$/, "")].reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0) - 1;
const textOf = (node) => all(node, "t").filter((one) => one.parentNode.localName !== "rPh").map((one) => one.textContent).join("");

async function readWorkbook(bytes) {
  const entries = entriesOf(bytes);
  const named = new Map(entries.map((entry) => [entry.name, entry]));
  if (!named.has("xl/workbook.xml")) return null;
  const links = new Map(all(xml(await opened(named.get("xl/_rels/workbook.xml.rels"))), "Relationship")
    .map((one) => [one.getAttribute("Id"), one.getAttribute("Target").replace(/^\/?(xl\/)?/, "xl/")]));
  const strings = all(xml(await opened(named.get("xl/sharedStrings.xml")) || "<sst/>"), "si").map(textOf);
  const sheets = [];
  for (const one of all(xml(await opened(named.get("xl/workbook.xml"))), "sheet")) {
    const path = links.get(one.getAttributeNS("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "id"));
    if (!named.has(path)) continue;
    const tree = xml(await opened(named.get(path)));
    sheets.push({ name: one.getAttribute("name"), path, tree, rows: rowsOf(tree, strings) });
  }
  return { kind: "workbook", entries, sheets };
}

function rowsOf(tree, strings) {
  const rows = [];
  for (const row of all(tree, "row")) {
    const cells = [];
    for (const cell of all(row, "c")) {
      const value = all(cell, "v")[0]?.textContent ?? "";
      const kind = cell.getAttribute("t");
      cells[columnOf(cell.getAttribute("r"))] = kind === "s" ? strings[Number(value)] ?? "" : kind === "inlineStr" ? textOf(cell) : value;
    }
    rows[Number(row.getAttribute("r")) - 1] = Array.from(cells, (text) => text ?? "");
  }
  return Array.from(rows, (row) => row ?? []);
}

async function rewritten(tables, flagged) {
  const changed = new Map();
  for (const sheet of tables.sheets) {
    const gone = new Set(flagged.filter((one) => one.sheet === sheet.name).map((one) => one.column));
    for (const cell of all(sheet.tree, "c")) {
      if (!gone.has(columnOf(cell.getAttribute("r")))) continue;
      cell.removeAttribute("t");
      cell.replaceChildren();
    }
    changed.set(sheet.path, new XMLSerializer().serializeToString(sheet.tree));
  }
  const used = new Set(tables.sheets.flatMap((sheet) => all(sheet.tree, "c")
    .filter((cell) => cell.getAttribute("t") === "s").map((cell) => Number(all(cell, "v")[0]?.textContent))));
  const shared = tables.entries.find((entry) => entry.name === "xl/sharedStrings.xml");
  if (shared) {
    const tree = xml(await opened(shared));
    all(tree, "si").forEach((one, at) => { if (!used.has(at)) one.replaceChildren(tree.createElementNS(one.namespaceURI, "t")); });
    changed.set(shared.name, new XMLSerializer().serializeToString(tree));
  }
  const files = [];
  for (const entry of tables.entries) {
    if (/^xl\/(comments|threadedComments|persons)/.test(entry.name)) continue; // remarks of people
    const bytes = changed.has(entry.name) ? new TextEncoder().encode(changed.get(entry.name))
      : entry.packed ? await through(entry.data, new DecompressionStream("deflate-raw")) : entry.data;
    files.push([entry.name, bytes]);
  }
  return zipped(files);
}
