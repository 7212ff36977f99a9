// Jobs: files added together, followed live to their ends, and what failed tried again.

import { call, Problem } from "./api.js";
import { makeCard } from "./card.js";
import { $, show } from "./dom.js";
import { sendAll } from "./sending.js";
import { t } from "./texts.js";

const MOST_STREAMS = 2; // the rest is asked now and then
const ASK_EVERY_MS = 2500;
const CHANGED_EVERY_MS = 4000;
const RECENT = 30;
const REMEMBERED = "chosen files by job"; // for this tab, so that a reload can tell what is missing

const cards = new Map(); // by job id
let changed = () => {};
let lastChange = 0;

// `onChange` runs now and then while documents come in, and when a job has ended.
export async function startJobs(onChange) {
  changed = onChange;
  document.addEventListener("visibilitychange", () => {
    for (const held of cards.values()) if (!held.over) (document.hidden ? unfollow : follow)(held);
  });
  addEventListener("beforeunload", (event) => sending().length && event.preventDefault());
  addEventListener("pagehide", () => {
    for (const { card } of sending()) navigator.sendBeacon(`/v1/jobs/${card.job.id}/close`);
  });
  const { jobs } = await call(`/v1/jobs?limit=${RECENT}`);
  for (const job of jobs.reverse()) hold(job);
  arrange();
}

function sending() {
  return [...cards.values()].filter(({ card }) => card.sending?.running);
}

export async function addFiles(matter, files, hidden) {
  const job = await call("/v1/jobs", { method: "POST" });
  remember(job.id, files.length);
  const held = hold(job, { matter, hidden });
  held.files = new Map(files.map((one) => [one.path, one]));
  arrange();
  send(held, matter, files);
}

function hold(job, more = {}) {
  const chosen = remembered()[job.id];
  const card = makeCard(job, { chosen, ...more, onRetry: () => retry(held), onClose: () => close(held), onHide: () => hide(held) });
  const held = { card, files: new Map(), stream: null, timer: null, over: isOver(job) };
  held.fresh = card.fresh = held.over && chosen > job.total; // it was interrupted in this tab
  card.over = held.over;
  cards.set(job.id, held);
  card.draw();
  if (!held.over) follow(held);
  return held;
}

const isOver = (job) => !job.open && !job.pending;

function arrange() {
  const all = [...cards.values()].reverse();
  const current = all.filter((held) => !held.over || held.fresh);
  const earlier = all.filter((held) => held.over && !held.fresh && held.card.job.total);
  place($("jobs"), current);
  place($("earlier-jobs"), earlier);
  $("earlier-label").textContent = t("job.earlier", { count: earlier.length });
  show($("earlier"), earlier.length > 0);
  show($("jobs-part"), current.length + earlier.length > 0);
}

// Only what has to move is moved, so that nothing loses its focus.
function place(target, held) {
  const wanted = held.map(({ card }) => card.element);
  for (const child of [...target.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((element, at) => target.children[at] === element || target.insertBefore(element, target.children[at] ?? null));
}

async function send(held, matter, files) {
  const { card } = held;
  held.fresh = card.fresh = true;
  const before = card.sending;
  card.sending = sendAll({ job: card.job.id, matter, files, onChange: () => { card.draw(); tellChange(); } });
  for (const [path, one] of before?.unsent ?? []) if (!files.some((file) => file.path === path)) card.sending.unsent.set(path, one);
  card.draw();
  try {
    await card.sending.done;
  } finally {
    await attempt(card, async () => update(held, await call(`/v1/jobs/${card.job.id}/close`, { method: "POST" })));
  }
}

function follow(held) {
  const { card } = held;
  unfollow(held);
  if (document.hidden) return;
  if ([...cards.values()].filter(({ stream }) => stream).length >= MOST_STREAMS) {
    held.timer = setTimeout(() => ask(held), ASK_EVERY_MS);
    return;
  }
  held.stream = new EventSource(`/v1/jobs/${card.job.id}/events`);
  held.stream.addEventListener("item", ({ data }) => card.ended(JSON.parse(data)));
  held.stream.addEventListener("progress", ({ data }) => update(held, JSON.parse(data)));
  held.stream.addEventListener("done", ({ data }) => update(held, JSON.parse(data)));
  held.stream.addEventListener("error", (event) => {
    if (!event.data && held.stream?.readyState !== EventSource.CLOSED) return; // it connects again by itself
    card.problem = event.data ? JSON.parse(event.data).problem : t("job.untold");
    unfollow(held);
    card.draw();
  });
}

async function ask(held) {
  await attempt(held.card, async () => update(held, await call(`/v1/jobs/${held.card.job.id}`)));
  if (!held.over) follow(held);
}

function unfollow(held) {
  held.stream?.close();
  held.stream = null;
  clearTimeout(held.timer);
}

function update(held, job) {
  const { card } = held;
  card.progress(job);
  const over = isOver(job) && !card.sending?.running;
  if (over && !held.over) {
    held.over = card.over = true;
    held.fresh = card.fresh = true;
    $("jobs-said").textContent = card.summary();
    tellChange(true);
  } else tellChange();
  if (over) unfollow(held);
  card.draw();
}

function tellChange(now = false) {
  if (!now && Date.now() - lastChange < CHANGED_EVERY_MS) return;
  lastChange = Date.now();
  changed();
}

async function close(held) {
  if (held.card.sending?.running) held.card.sending.stop();
  else await attempt(held.card, async () => update(held, await call(`/v1/jobs/${held.card.job.id}/close`, { method: "POST" })));
}

function hide(held) {
  held.fresh = false;
  arrange();
  $("earlier").querySelector("summary").focus();
}

// What came in is queued again; what did not is sent again, where this page still has it.
async function retry(held) {
  const { card } = held;
  await attempt(card, async () => {
    const told = await call(`/v1/jobs/${card.job.id}/retry`, { method: "POST" });
    const unsent = [...(card.sending?.unsent.values() ?? [])];
    const lost = [...told.send_again, ...unsent];
    const wanted = lost.filter(({ path }) => card.problems.get(path)?.code !== "too-large");
    card.large = lost.length - wanted.length;
    const there = wanted.filter(({ path }) => held.files.get(path)?.file);
    card.missing = wanted.filter(({ path }) => !held.files.get(path)?.file).map(({ path }) => path);
    held.over = card.over = false;
    held.fresh = card.fresh = true;
    card.begin();
    update(held, told.job);
    if (there.length) send(held, there[0].matter, there.map(({ path }) => held.files.get(path)));
    follow(held); // also when nothing could be tried: what failed is told anew
    arrange();
  });
}

async function attempt(card, work) {
  try {
    card.problem = "";
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    card.problem = error.message;
    card.draw();
  }
}

function remembered() {
  return JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}");
}

function remember(job, count) {
  sessionStorage.setItem(REMEMBERED, JSON.stringify({ ...remembered(), [job]: count }));
}
