"use strict";

// Sends the score that was clicked in a mail as soon as a person is seen at the page. A load alone sends nothing: mail scanners
// open links too, and some run scripts. Nor does scrolling, which a script can do; a hand on mouse, screen or keyboard it can't.
{
  const form = document.querySelector("form[data-click]");
  const signs = ["pointermove", "pointerdown", "touchstart", "wheel", "keydown"];
  let place = null;

  const seen = (event) => {
    if (!event.isTrusted || document.visibilityState !== "visible") return;
    if (event.type === "pointermove") {
      // One such event comes by itself when a page is laid out under a resting pointer.
      const now = `${event.screenX} ${event.screenY}`;
      const moved = place !== null && place !== now;
      place = now;
      if (!moved) return;
    }
    for (const sign of signs) removeEventListener(sign, seen, true);
    send();
  };

  const send = async () => {
    const status = document.getElementById("status");
    const score = form.querySelector("input[name=score][checked]").value;
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: new URLSearchParams({ score }), keepalive: true });
      status.textContent = answer.ok ? form.dataset.sent : form.dataset.failed;
    } catch {
      status.textContent = form.dataset.failed;
    }
  };

  if (form) for (const sign of signs) addEventListener(sign, seen, { capture: true, passive: true });
}
