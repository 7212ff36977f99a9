// Files on their way into a job: a few at once, each sent as it is read from the disk.

import { Problem, upload } from "./api.js";
import { t } from "./texts.js";

const AT_ONCE = 3; // a browser has six connections to a service, and the page needs some

// Runs until all are sent or `stop` is called; `onChange` after each file.
export function sendAll({ job, matter, files, onChange }) {
  const most = Number(document.body.dataset.maxMb) * 1048576;
  const stopping = new AbortController();
  const waiting = [...files];
  const state = { total: files.length, sent: 0, now: "", running: true, stopped: false, unsent: new Map() };

  async function work() {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (stopping.signal.aborted) return;
      state.now = next.path;
      try {
        await sendOne(next);
        state.sent += 1;
      } catch (error) {
        if (error.name === "AbortError") return;
        if (!(error instanceof Problem)) throw error;
        state.unsent.set(next.path, { path: next.path, matter, outcome: "failed", code: "unsent", problem: error.message });
      }
      onChange();
    }
  }

  async function sendOne({ file, path }) {
    if (!file || !(await readable(file))) throw new Problem(t("job.unreadable"));
    // a byte more than may be is enough for the service to refuse it and write that down
    const blob = file.size > most ? file.slice(0, most + 1) : file;
    await upload({ job, matter, path, blob, signal: stopping.signal });
  }

  state.stop = () => {
    state.stopped = true;
    stopping.abort();
  };
  state.done = Promise.all(Array.from({ length: AT_ONCE }, work)).finally(() => {
    state.running = false;
    onChange();
  });
  return state;
}

async function readable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
