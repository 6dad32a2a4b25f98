// Once opened, the directory can be read without a network.

const worker = document.querySelector("[data-worker]")?.dataset.worker;
if (worker && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(worker, { scope: "/directory/" }).then(async () => {
    await navigator.serviceWorker.ready;
    if (!(await (await caches.open("directory-1")).match("/directory/"))) await fetch("/directory/");
    const styles = [...document.querySelectorAll("link[rel=stylesheet]")].map((one) => new URL(one.href).pathname);
    const cache = await caches.open("directory-1");
    await cache.addAll(styles);
    await cache.put("/directory/", await fetch("/directory/"));
  }).catch(() => { /* a browser that allows none: the page is as it was */ });
}
