// A file in pieces: each is told when it is kept; after a broken link the upload goes on from the last kept byte,
// also after the page was opened again and the same file chosen.

const PIECE = 128 * 1024;
const LONGEST_WAIT = 30_000;
const KEPT = "sampan.uploads";

const known = () => { try { return JSON.parse(localStorage.getItem(KEPT)) ?? {}; } catch { return {}; } };
const remember = (all) => { if (document.documentElement.dataset.shared === "yes") return; try { localStorage.setItem(KEPT, JSON.stringify(all)); } catch { /* nothing is kept */ } };
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
const hex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, "0")).join("");

// `ask` posts bytes or JSON with headers and gives the answer; `tell` is told (received, size) or null while it waits.
export async function upload(file, { ask, tell, post, source, once }) {
  const bytes = await file.arrayBuffer();
  const digest = hex(await crypto.subtle.digest("SHA-256", bytes));
  const name = [post, source, digest].join(" ");
  const patiently = async (...what) => {
    for (let pause = 1000; ; pause = Math.min(2 * pause, LONGEST_WAIT)) {
      try {
        const answer = await ask(...what);
        if (answer.status < 500) return answer;
      } catch { /* the link is broken; it is tried again */ }
      tell(null);
      await wait(pause);
    }
  };
  let token = known()[name];
  let at = token ? await patiently(new Blob(), { "Upload-Token": token }) : null;
  if (!at?.ok) {
    at = await patiently(new Blob([JSON.stringify({ source, name: file.name, size: file.size, digest, once })]), {});
    if (!at.ok) throw new Error((await at.json()).what);
    token = (await at.clone().json()).token;
    remember({ ...known(), [name]: token });
  }
  let { received } = await at.json();
  while (received < file.size) {
    tell([received, file.size]);
    const piece = new Blob([bytes.slice(received, received + PIECE)]);
    const answer = await patiently(piece, { "Upload-Token": token, "Upload-Offset": String(received) });
    const said = await answer.json();
    if (!answer.ok && answer.status !== 409) throw new Error(said.what);
    received = said.received;
  }
  const { [name]: _, ...rest } = known();
  remember(rest);
  return token;
}
