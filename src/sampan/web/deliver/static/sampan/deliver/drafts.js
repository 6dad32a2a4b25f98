// What somebody typed stays on this device until it is sent or forgotten, apart for each post. Each draft has a token
// of its own: the office receives it once, however often it is sent.

const KEY = "sampan.drafts";

const every = () => { try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; } };
// on a computer that others use too nothing is kept, and what was is taken away
const shared = () => document.documentElement.dataset.shared === "yes";
if (shared()) { try { localStorage.removeItem(KEY); } catch { /* closed: there is nothing */ } }
const keep = (drafts) => { if (shared()) return; try { localStorage.setItem(KEY, JSON.stringify(drafts)); } catch { /* full or closed: nothing is kept */ } };

export const token = () => [...crypto.getRandomValues(new Uint8Array(18))].map((one) => one.toString(16).padStart(2, "0")).join("");
export const load = (name) => every()[name] ?? null;
export const save = (name, draft) => keep({ ...every(), [name]: draft });
export function forget(name) {
  const { [name]: _, ...rest } = every();
  keep(rest);
}
export function forgetSent(once) {
  keep(Object.fromEntries(Object.entries(every()).filter(([, draft]) => draft.once !== once)));
}
