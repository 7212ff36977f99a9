// One job as it is shown: how far it is, how fast, what failed and why.

import { call, Problem } from "./api.js";
import { el, moment, plural, show } from "./dom.js";

const FIRST = 10;
const MORE = 50;
const WINDOW_MS = 20000; // the pace is that of the last twenty seconds
const KINDS = { upload: "added on this page", ingest: "by kb ingest", watch: "by kb ingest --watch" };
const WORDS = {
  ready: "ready", unchanged: "here already", "duplicate-of": "copies of others", skipped: "skipped", failed: "failed", quarantined: "set aside",
};
const BAD = ["failed", "quarantined"];

export function makeCard(job, { matter, chosen, hidden, onRetry, onClose, onHide }) {
  const card = { job, matter, chosen: chosen ?? 0, sending: null, over: false, fresh: false, problems: new Map(), missing: [], large: 0, problem: "" };
  const parts = build(card, { onRetry, onClose, onHide });
  card.element = parts.card;
  let shown = FIRST;
  let drawing = 0;
  let samples = [];

  card.begin = () => {
    samples = [];
    shown = FIRST;
    card.problems.clear();
  };
  card.progress = (told) => {
    card.job = told;
    const now = Date.now();
    samples = [...samples.filter(({ at }) => now - at < WINDOW_MS), { at: now, ended: ended(told) }];
  };
  card.ended = (item) => {
    if (BAD.includes(item.outcome) || item.outcome === "skipped") card.problems.set(item.path, item);
    else card.problems.delete(item.path);
    card.draw();
  };
  card.summary = () => summary(card);
  card.draw = () => {
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      draw();
    });
  };

  function draw() {
    const { job: now, sending } = card;
    const expected = Math.max(now.total, sending?.running ? card.chosen : 0);
    const count = (outcome) => now.counts[outcome] ?? 0;
    const unsent = sending?.unsent.size ?? 0;
    const bad = count("failed") + count("quarantined") + unsent;
    parts.title.textContent = title(card, expected);
    parts.when.textContent = [moment(now.created_at), KINDS[now.kind] ?? now.kind].join(" · ");
    parts.meter.draw(now, expected);
    parts.numbers.draw([
      ["Sent", sending ? `${(card.chosen - sending.total + sending.sent).toLocaleString()} of ${card.chosen.toLocaleString()}` : now.total.toLocaleString(), !card.over],
      ["Searchable by words", now.words.toLocaleString(), !card.over],
      ["Ready", (count("ready") + count("unchanged") + count("duplicate-of")).toLocaleString(), true],
      ["Skipped", count("skipped").toLocaleString(), count("skipped")],
      ["Failed", bad.toLocaleString(), true, bad > 0],
    ]);
    parts.pace.textContent = card.over ? summary(card) : pace(samples, card, expected);
    parts.note.textContent = note(card, hidden);
    show(parts.note, Boolean(parts.note.textContent));
    parts.list.draw(worstFirst([...(sending?.unsent.values() ?? []), ...card.problems.values()]), shown, [bad, count("skipped")]);
    if (card.over && bad && card.fresh) parts.list.open();
    show(parts.stop, Boolean(sending?.running) || now.open);
    parts.stop.textContent = sending?.running ? "Stop sending" : "No more files will come";
    show(parts.retry, bad > 0 && !sending?.running);
    show(parts.hide, card.over && parts.card.parentElement?.id === "jobs");
    show(parts.save, now.total > 0);
  }

  parts.list.onMore(() => {
    shown += MORE;
    card.draw();
  });
  parts.list.onOpen(() => card.over && !card.problems.size && load(card));
  return card;
}

function worstFirst(items) {
  return [...items.filter(({ outcome }) => BAD.includes(outcome)), ...items.filter(({ outcome }) => !BAD.includes(outcome))];
}

function ended(job) {
  return job.total - job.pending;
}

function title({ job, matter, over, sending }, expected) {
  const what = plural(expected, "file");
  const into = matter ? ` to ${matter}` : "";
  if (sending?.running) return `Adding ${what}${into}`;
  return over ? `${what} added${into}` : `Reading ${what}${into}`;
}

function summary({ job, sending }) {
  const parts = Object.entries(WORDS).filter(([name]) => job.counts[name]).map(([name, word]) => `${job.counts[name].toLocaleString()} ${word}`);
  if (sending?.unsent.size) parts.push(`${sending.unsent.size} not sent`);
  return parts.length ? `Finished: ${parts.join(", ")}.` : "Finished: no file came in.";
}

function pace(samples, { job }, expected) {
  const [first, last] = [samples[0], samples.at(-1)];
  const seconds = first ? (Date.now() - first.at) / 1000 : 0;
  const rate = seconds > 1 ? (last.ended - first.ended) / seconds : 0;
  const left = expected - ended(job);
  if (!rate) return left ? "Estimating the time left…" : "";
  const speed = rate >= 1 ? `${rate.toFixed(1)} files a second` : `${plural(Math.max(1, Math.round(rate * 60)), "file")} a minute`;
  const minutes = left / rate / 60;
  return `${speed}, ${minutes < 1 ? "less than a minute left" : `about ${plural(Math.ceil(minutes), "minute")} left`}`;
}

function note({ job, sending, chosen, missing, large, problem }, hidden) {
  const said = problem ? [problem] : [];
  if (hidden) said.push(`${plural(hidden, "hidden file")} left out.`);
  if (sending?.stopped) said.push(`Sending was stopped after ${sending.sent} of ${sending.total}.`);
  else if (!sending && chosen > job.total) said.push(`The page was left while files were sent: ${job.total} of ${chosen} came in. Add the same files again; what is here is not taken twice.`);
  else if (!sending && job.open && job.kind === "upload") said.push("Files are not sent from this window. If no other window sends them, add the rest again.");
  if (large) said.push(`Too large to be sent again: ${plural(large, "file")}. Split what is in them and add the parts.`);
  if (missing.length) said.push(`This page no longer has ${plural(missing.length, "file")} that never came in. Add again: ${missing.slice(0, 5).join(", ")}${missing.length > 5 ? " …" : ""}`);
  return said.join(" ");
}

async function load(card) {
  try {
    const { items } = await call(`/v1/jobs/${card.job.id}/items?limit=500&outcome=failed&outcome=quarantined&outcome=skipped`);
    for (const item of items) card.ended(item);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    card.problem = error.message;
    card.draw();
  }
}

function build({ job }, { onRetry, onClose, onHide }) {
  const button = (word, onclick, kind = "quiet small") => el("button", { type: "button", class: kind, onclick }, word);
  const save = (format, word) => el("a", { class: "quiet small", href: `/v1/jobs/${job.id}/manifest?format=${format}`, download: "" }, word);
  const parts = {
    title: el("h3", { id: `title-${job.id}` }),
    when: el("p", { class: "job-when" }),
    meter: meter(job.id),
    numbers: numbers(),
    pace: el("p", { class: "job-pace" }),
    note: el("p", { class: "job-note" }),
    list: problemList(),
    stop: button("Stop sending", onClose),
    retry: button("Retry the failed", onRetry, "main-button small"),
    hide: button("Hide", onHide),
    save: el("span", { class: "job-save" }, save("csv", "Save the list (CSV)"), save("jsonl", "JSON")),
  };
  parts.card = el("article", { class: "job", "aria-labelledby": `title-${job.id}`, "data-job": job.id },
    el("header", {}, parts.title, parts.when), parts.meter.element, parts.numbers.element, parts.pace, parts.note, parts.list.element,
    el("div", { class: "job-actions" }, parts.retry, parts.stop, el("span", { class: "spring" }), parts.save, parts.hide));
  return parts;
}

function meter(id) {
  const bars = ["good", "fair", "bad"].map((kind) => el("span", { class: kind }));
  const element = el("div", { class: "meter", role: "progressbar", "aria-labelledby": `title-${id}`, "aria-valuemin": 0 }, ...bars);
  function draw({ counts, pending, total }, expected) {
    const bad = BAD.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
    const skipped = counts.skipped ?? 0;
    const shares = [total - pending - bad - skipped, skipped, bad];
    shares.forEach((share, at) => { bars[at].style.width = `${expected ? (100 * share) / expected : 0}%`; });
    element.setAttribute("aria-valuemax", expected);
    element.setAttribute("aria-valuenow", total - pending);
    element.setAttribute("aria-valuetext", `${total - pending} of ${expected} ended`);
  }
  return { element, draw };
}

function numbers() {
  const element = el("dl", { class: "job-numbers" });
  function draw(rows) {
    element.replaceChildren(...rows.filter(([, , visible]) => visible).map(([name, value, , bad]) =>
      el("div", { class: bad ? "bad" : "" }, el("dt", {}, name), el("dd", {}, value))));
  }
  return { element, draw };
}

// Never more rows than were asked for, however many failed.
function problemList() {
  const label = el("summary", {});
  const rows = el("ul", {});
  const more = el("button", { type: "button", class: "link" });
  const element = el("details", { class: "job-problems" }, label, rows, more);
  let key = "";
  let opened = false;
  function draw(items, shown, [bad, skipped]) {
    show(element, bad + skipped > 0);
    label.textContent = [bad && `${plural(bad, "file")} failed`, skipped && `${plural(skipped, "file")} skipped`].filter(Boolean).join(", ");
    const visible = items.slice(0, shown);
    const now = JSON.stringify(visible);
    if (now !== key) rows.replaceChildren(...visible.map(row));
    key = now;
    const left = items.length - visible.length;
    more.textContent = `Show ${Math.min(left, MORE)} more of ${left}`;
    show(more, left > 0);
  }
  const open = () => {
    if (!opened) element.open = opened = true; // once: a reader may close it again
  };
  const onOpen = (run) => element.addEventListener("toggle", () => element.open && run());
  const onMore = (run) => more.addEventListener("click", run);
  return { element, draw, open, onOpen, onMore };
}

function row({ path, outcome, problem }) {
  return el("li", {},
    el("span", { class: "job-path" }, path, outcome === "failed" ? null : el("span", { class: "badge" }, WORDS[outcome])),
    el("span", { class: outcome === "skipped" ? "problem partly" : "problem" }, problem ?? "No reason was given."));
}
