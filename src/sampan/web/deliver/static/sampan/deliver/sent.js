// Pressing "Send" twice sends once; when the receipt is there, the draft on this device goes.

import { forgetSent } from "./drafts.js";

const WAITING = "sampan.sending";

const form = document.querySelector("form[data-send]");
if (form) {
  form.addEventListener("submit", () => {
    sessionStorage.setItem(WAITING, form.elements.once.value);
    form.querySelector("button").disabled = true;
  });
  addEventListener("pageshow", () => { form.querySelector("button").disabled = false; });
} else if (document.querySelector("[data-received]")) {
  const once = sessionStorage.getItem(WAITING);
  if (once) forgetSent(once);
  sessionStorage.removeItem(WAITING);
}
