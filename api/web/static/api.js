// The way to the service, which is always the origin of this page.

export class Problem extends Error {}

const SILENT = "The service does not answer. See whether it is still running, then try again.";

export async function call(path, { method = "GET", body, text = false } = {}) {
  const response = await reach(path, {
    method,
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
    throw new Problem(SILENT);
  }
  if (!response.ok) throw new Problem(sentence(await response.text()));
  return response;
}

function sentence(body) {
  try {
    return JSON.parse(body).error.problem;
  } catch {
    return "The service refused without a reason. Try again.";
  }
}

// The server-sent events of one answer, as {name, data}.
export async function* events(path, body, signal) {
  const response = await reach(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal,
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    let piece;
    try {
      piece = await reader.read();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem("The service stopped in the middle of the answer. Ask again.");
    }
    if (piece.done) return;
    held += piece.value;
    const blocks = held.split("\n\n");
    held = blocks.pop();
    for (const block of blocks) yield parsed(block);
  }
}

function parsed(block) {
  const fields = Object.fromEntries(
    block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  return { name: fields.event, data: JSON.parse(fields.data) };
}

// fetch tells nothing about what has been sent, so this is the older way.
export function upload({ file, path, matter, onProgress }) {
  const form = new FormData();
  form.append("matter", matter);
  form.append("path", path);
  form.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/documents");
    request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    request.onerror = () => reject(new Problem(SILENT));
    request.onload = () => {
      if (request.status === 202) resolve(JSON.parse(request.responseText).documents);
      else reject(new Problem(sentence(request.responseText)));
    };
    request.send(form);
  });
}
