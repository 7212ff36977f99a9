// The language that was chosen on this page, kept in this browser. It runs before anything is
// drawn: where the page came in another language, it is fetched once more in the chosen one.

(() => {
  const CHOSEN = "language";
  const { lang } = document.documentElement;
  const asked = new URLSearchParams(location.search).has("lang");
  let chosen = null;
  try {
    if (asked) localStorage.setItem(CHOSEN, lang);
    chosen = localStorage.getItem(CHOSEN);
  } catch {
    // a browser that keeps nothing shows its own language
  }
  if (asked) history.replaceState(null, "", location.pathname + location.hash);
  else if (chosen && chosen !== lang) location.replace(`/?lang=${encodeURIComponent(chosen)}${location.hash}`);
})();
