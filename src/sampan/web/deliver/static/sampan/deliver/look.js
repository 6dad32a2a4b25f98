// Which columns look like persons: the office's own words and shapes, asked in the browser before anything leaves it.
// Says less than the office's gate, which looks again; nothing here repeats a value.

const LATIN_MARKS = /(\p{Script=Latin})\p{M}+/gu;
const HIDDEN = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
const SAMPLE = 5000;
const HEADER_LOOK = 40; // rows, as the office looks
const DIGIT_ZEROS = [0x17e0, 0x0e50, 0x0ed0, 0x1040, 0x0966, 0xff10];

const digits = (text) => text.replace(/\p{Nd}/gu, (one) => {
  const code = one.codePointAt(0);
  const zero = DIGIT_ZEROS.find((start) => code >= start && code < start + 10);
  return zero === undefined ? one : String(code - zero);
});

export const fold = (text) => digits(text.normalize("NFKC")).replace(HIDDEN, "").toLowerCase().replace(/đ/g, "d")
  .normalize("NFD").replace(LATIN_MARKS, "$1").normalize("NFC").replace(/\s+/g, " ").trim();
const compact = (text) => fold(text).replace(/ /g, "");

export function headerKind(header, words) {
  const parted = fold(header.replace(/(?<=[a-z])(?=[A-Z])|[_\-./:()]+/g, " "));
  const joined = parted.replace(/ /g, "");
  const met = words.headers.find(([, whole, spaced, word]) => {
    const tight = word.replace(/ /g, "");
    if (whole) return parted === word || joined === tight;
    return spaced ? ` ${parted} `.includes(` ${word} `) : joined.includes(tight);
  });
  return met ? met[0] : null;
}

const thaiId = (text) => {
  let sum = 0;
  for (let at = 0; at < 12; at += 1) sum += Number(text[at]) * (13 - at);
  return Number(text[12]) === (11 - (sum % 11)) % 10;
};
const chineseId = (text) => {
  let sum = 0;
  for (let at = 0; at < 17; at += 1) sum += Number(text[at]) * (2 ** (17 - at) % 11);
  return "10X98765432"[sum % 11] === text[17].toUpperCase();
};
const indonesianId = (text) => {
  const day = Number(text.slice(6, 8)), month = Number(text.slice(8, 10));
  return ((day >= 1 && day <= 31) || (day >= 41 && day <= 71)) && month >= 1 && month <= 12;
};
const CHECKS = { thai_id: thaiId, chinese_id: chineseId, indonesian_id: indonesianId, vietnamese_id: (t) => "0123".includes(t[3]) };

function shape(pattern, whole) {
  const source = pattern.replace(/^\(\?i\)/, "");
  try {
    return new RegExp(whole ? `^(?:${source})$` : source, pattern.startsWith("(?i)") ? "iu" : "u");
  } catch {
    return null;
  }
}

function patternKind(terms, words) {
  const written = terms.map((term) => digits(term).trim());
  for (const [kind, pattern, share, least, check] of words.patterns) {
    const fits = shape(pattern, true);
    if (!fits) continue;
    const squeezed = kind === "telephone" || check;
    const count = written.filter((text) => {
      const bare = squeezed ? text.replace(/[ \t\u00a0().-]/g, "") : text;
      return fits.test(bare) && (!check || !CHECKS[check] || CHECKS[check](bare));
    }).length;
    if (count >= least && count >= share * terms.length) return kind;
  }
  return toldInside(written, words);
}

function toldInside(written, words) {
  for (const [kind, pattern] of words.free_text) {
    const holds = shape(pattern, false);
    if (holds && written.some((text) => /[^\d\s().-]/.test(text) && holds.test(text))) return kind;
  }
  return null;
}

function looksLikeNames(terms, rows, words) {
  if (terms.length < 3 || terms.length < 0.5 * rows) return null;
  const other = words.other_things.map((word) => word.toLowerCase());
  const texts = terms.map((term) => term.trim())
    .filter((term) => /^\D*\p{L}\D*$/u.test(term) && !other.some((word) => ` ${term.toLowerCase()} `.includes(` ${word} `)));
  const titled = texts.filter((text) => words.titles.some((title) => text.startsWith(title))).length;
  if (titled >= 3 && titled >= 0.3 * terms.length) return "stop";
  if (terms.length < 5) return null;
  const surnames = new Set([...words.surnames.vi, ...words.surnames.km].map((name) => name.toLowerCase()));
  const named = texts.filter((text) => {
    if (/^[\u4e00-\u9fff]{2,4}$/.test(text)) return words.surnames.zh.includes(text[0]) && !words.chinese_endings.includes(text.at(-1));
    const parts = text.split(" ");
    return parts.length > 1 && parts.length < 6 && surnames.has(parts[0].toLowerCase());
  }).length;
  return named >= 5 && named >= 0.5 * terms.length ? "stop" : null;
}

// A table is rows of texts; header rows are numbered from 1, as the source declares them.
function headersOf(rows, numbers) {
  const width = Math.max(0, ...rows.slice(0, 200).map((row) => row.length));
  const parts = numbers.map((number, at) => {
    const row = rows[number - 1] ?? [];
    let last = "";
    return Array.from({ length: width }, (_, column) => {
      const text = (row[column] ?? "").trim();
      if (text || at === numbers.length - 1) last = text; // the lowest row is not filled to the right
      return at === numbers.length - 1 ? text : last;
    });
  });
  return Array.from({ length: width }, (_, column) => parts.map((part) => part[column]).filter(Boolean).join(" / "));
}

// Titles may stand above a header: if no declared one is where it should be, the first rows that hold most of them.
function placed(rows, words, declared) {
  const moved = (by) => words.header_rows.map((number) => number + by);
  const known = (by) => headersOf(rows, moved(by)).filter((header) => declared.has(header)).length;
  if (known(0)) return words.header_rows;
  const top = Math.min(...words.header_rows), moves = Array.from({ length: HEADER_LOOK }, (_, at) => at + 1 - top);
  const best = moves.reduce((found, by) => (known(by) > known(found) ? by : found), 0);
  return known(best) > 1 ? moved(best) : words.header_rows;
}

// Columns that look like persons: {column, kind, header or null, sure}. A declared column is the source's own business,
// unless a person is told inside the text of a field ({inside: true}): then the sender mends the cell.
export function look(rows, words) {
  const declared = new Set(words.declared.map((text) => text.split(/\s+/).join(" ")));
  const rowsOfHeaders = placed(rows, words, declared);
  const headers = headersOf(rows, rowsOfHeaders);
  const fields = new Set(words.fields.map((text) => text.split(/\s+/).join(" ")));
  const first = Math.max(...rowsOfHeaders);
  const body = rows.slice(first, first + SAMPLE);
  return headers.flatMap((header, column) => {
    const values = body.map((row) => (row[column] ?? "").trim()).filter(Boolean);
    const terms = [...new Set(values)];
    const among = (names) => names.has(header) || header.split(" / ").some((part) => names.has(part));
    if (among(fields)) {
      const told = toldInside(terms.map((term) => digits(term).trim()), words);
      return told ? [{ column, kind: told, header, sure: true, inside: true }] : [];
    }
    if (among(declared)) return [];
    const kind = header ? headerKind(header, words) : null;
    if (kind) return [{ column, kind, header, sure: words.identifiers.includes(kind) }];
    if (!terms.length) return [];
    const found = patternKind(terms, words) ?? (looksLikeNames(terms, values.length, words) ? "name" : null);
    return found ? [{ column, kind: found, header: null, sure: true }] : [];
  });
}

export function letters(column) {
  let text = "", number = column + 1;
  while (number) {
    text = String.fromCharCode(65 + ((number - 1) % 26)) + text;
    number = Math.floor((number - 1) / 26);
  }
  return text;
}
