// Where the page is, kept behind the # of its address: what stands there is sent to no service
// and into no log, and a search can be reloaded or given to a colleague.

export function address() {
  const [, view, query] = /^#?([^?]*)\??(.*)$/s.exec(location.hash);
  return { view, params: new URLSearchParams(query) };
}

export function linkTo(view, params) {
  const query = params.toString();
  return query ? `#${view}?${query}` : `#${view}`;
}

// Says where the page now is without going there again.
export function stand(view, params, { fresh = false } = {}) {
  const link = linkTo(view, params);
  if (link === location.hash) return;
  if (fresh) history.pushState(null, "", link);
  else history.replaceState(null, "", link);
}
