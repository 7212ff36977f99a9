// One job as it is shown: how far it is, how fast, what failed and why.

import { call, Problem } from "./api.js";
import { isolatedPath } from "./direction.js";
import { el, moment, show } from "./dom.js";
import { LOCALE, t } from "./texts.js";

const FIRST = 10;
const MORE = 50;
const WINDOW_MS = 20000; // the pace is that of the last twenty seconds
const KINDS = ["upload", "ingest", "watch"];
const OUTCOMES = ["ready", "unchanged", "duplicate-of", "skipped", "failed", "quarantined"];
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
    parts.when.textContent = [moment(now.created_at), KINDS.includes(now.kind) ? t(`job.kind.${now.kind}`) : now.kind].join(" · ");
    parts.meter.draw(now, expected);
    parts.numbers.draw([
      [t("job.sent"), sending ? t("job.sent-of", { sent: card.chosen - sending.total + sending.sent, all: card.chosen }) : figure(now.total), !card.over],
      [t("job.words"), figure(now.words), !card.over],
      [t("job.ready"), figure(count("ready") + count("unchanged") + count("duplicate-of")), true],
      [t("job.skipped"), figure(count("skipped")), count("skipped")],
      [t("job.failed"), figure(bad), true, bad > 0],
    ]);
    parts.pace.textContent = card.over ? summary(card) : pace(samples, card, expected);
    parts.note.textContent = note(card, hidden);
    show(parts.note, Boolean(parts.note.textContent));
    parts.list.draw(worstFirst([...(sending?.unsent.values() ?? []), ...card.problems.values()]), shown, [bad, count("skipped")]);
    if (card.over && bad && card.fresh) parts.list.open();
    show(parts.stop, Boolean(sending?.running) || now.open);
    parts.stop.textContent = t(sending?.running ? "job.stop" : "job.close");
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

function figure(count) {
  return count.toLocaleString(LOCALE);
}

function tenths(rate) {
  return rate.toLocaleString(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

function worstFirst(items) {
  return [...items.filter(({ outcome }) => BAD.includes(outcome)), ...items.filter(({ outcome }) => !BAD.includes(outcome))];
}

function ended(job) {
  return job.total - job.pending;
}

function title({ job, matter, over, sending }, expected) {
  const state = sending?.running ? "adding" : over ? "added" : "reading";
  const files = t("count.files", { count: expected });
  return matter ? t(`job.${state}-to`, { files, matter }) : t(`job.${state}`, { files });
}

function summary({ job, sending }) {
  const parts = OUTCOMES.filter((name) => job.counts[name]).map((name) => t(`count.outcome.${name}`, { count: job.counts[name] }));
  if (sending?.unsent.size) parts.push(t("count.outcome.unsent", { count: sending.unsent.size }));
  return parts.length ? t("job.finished", { outcomes: parts.join(", ") }) : t("job.finished-empty");
}

function pace(samples, { job }, expected) {
  const [first, last] = [samples[0], samples.at(-1)];
  const seconds = first ? (Date.now() - first.at) / 1000 : 0;
  const rate = seconds > 1 ? (last.ended - first.ended) / seconds : 0;
  const left = expected - ended(job);
  if (!rate) return left ? t("job.estimating") : "";
  const speed = rate >= 1 ? t("job.per-second", { rate: tenths(rate) }) : t("job.per-minute", { count: Math.max(1, Math.round(rate * 60)) });
  const minutes = left / rate / 60;
  return t("job.pace", { speed, left: minutes < 1 ? t("job.left-little") : t("job.left", { count: Math.ceil(minutes) }) });
}

function note({ job, sending, chosen, missing, large, problem }, hidden) {
  const said = problem ? [problem] : [];
  if (hidden) said.push(t("job.hidden", { count: hidden }));
  if (sending?.stopped) said.push(t("job.stopped", { sent: sending.sent, all: sending.total }));
  else if (!sending && chosen > job.total) said.push(t("job.interrupted", { came: job.total, all: chosen }));
  else if (!sending && job.open && job.kind === "upload") said.push(t("job.elsewhere"));
  if (large) said.push(t("job.too-large", { count: large }));
  if (missing.length) said.push(t("job.lost", { count: missing.length, paths: missing.slice(0, 5).join(", ") + (missing.length > 5 ? " …" : "") }));
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
    stop: button(t("job.stop"), onClose),
    retry: button(t("job.retry"), onRetry, "main-button small"),
    hide: button(t("job.hide"), onHide),
    save: el("span", { class: "job-save" }, save("csv", t("job.save-csv")), save("jsonl", t("job.save-json"))),
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
    element.setAttribute("aria-valuetext", t("job.ended", { ended: total - pending, all: expected }));
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
    label.textContent = [bad && t("job.count-failed", { count: bad }), skipped && t("job.count-skipped", { count: skipped })].filter(Boolean).join(", ");
    const visible = items.slice(0, shown);
    const now = JSON.stringify(visible);
    if (now !== key) rows.replaceChildren(...visible.map(row));
    key = now;
    const left = items.length - visible.length;
    more.textContent = t("job.more", { some: Math.min(left, MORE), all: left });
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
    el("span", { class: "job-path" }, isolatedPath(path), outcome === "failed" ? null : el("span", { class: "badge" }, t(`outcome.${outcome}`))),
    el("span", { class: outcome === "skipped" ? "problem partly" : "problem" }, problem ?? t("job.no-reason")));
}
