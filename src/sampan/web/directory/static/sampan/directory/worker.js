// Keeps the directory and its stylesheets on this device, and shows them when there is no network. Nothing else.

const NAME = "directory-1";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  const kept = pathname === "/directory/" || /^\/static\/sampan\/\w+\.(css|svg)$/.test(pathname);
  if (event.request.method !== "GET" || !kept) return;
  event.respondWith((async () => {
    const cache = await caches.open(NAME);
    try {
      const answer = await fetch(event.request);
      if (answer.ok && !answer.redirected) await cache.put(pathname, answer.clone());
      return answer;
    } catch {
      return (await cache.match(pathname)) ?? Response.error();
    }
  })());
});
