// The way to the service, which is always the origin of this page.

import { t } from "./texts.js";

// `code` is the service's word for programs, where it gave one.
export class Problem extends Error {
  constructor(sentence, code = "") {
    super(sentence);
    this.code = code;
  }
}

export async function call(path, { method = "GET", body, text = false, signal } = {}) {
  const response = await reach(path, {
    method,
    signal,
    headers: body ? { "content-type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  if (response.status === 204) return null;
  return text ? response.text() : response.json();
}

async function reach(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(t("service.silent"));
  }
  if (!response.ok) throw refusal(await response.text());
  return response;
}

function refusal(body) {
  try {
    const { problem, code } = JSON.parse(body).error;
    return new Problem(problem, code);
  } catch {
    return new Problem(t("service.refused"));
  }
}

// The server-sent events of one answer, as {name, data, language}: that of the service's own sentences.
export async function* events(path, body, signal) {
  const response = await reach(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal,
  });
  const language = response.headers.get("content-language");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    let piece;
    try {
      piece = await reader.read();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem(t("service.stopped"));
    }
    if (piece.done) return;
    held += piece.value;
    const blocks = held.split("\n\n");
    held = blocks.pop();
    for (const block of blocks) yield { ...parsed(block), language };
  }
}

function parsed(block) {
  const fields = Object.fromEntries(
    block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  return { name: fields.event, data: JSON.parse(fields.data) };
}

const PATIENCE_MS = [500, 2000, 5000];

// One file into a job. A service that is busy or away for a moment is asked again; what it
// refuses for good is a Problem. The reply names what was refused of a file that came in.
export async function upload({ job, matter, path, blob, signal }) {
  const form = new FormData();
  form.append("matter", matter);
  form.append("path", path);
  form.append("file", blob, path.split("/").pop());
  for (let attempt = 0; ; attempt += 1) {
    let response = null;
    try {
      response = await fetch(`/v1/documents?job=${job}`, { method: "POST", body: form, signal });
      if (response.ok) return await response.json();
    } catch (error) {
      if (error.name === "AbortError") throw error;
    }
    const passing = !response || response.status === 503;
    if (!passing || attempt >= PATIENCE_MS.length) throw response ? refusal(await response.text()) : new Problem(t("service.silent"));
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS[attempt]));
  }
}
