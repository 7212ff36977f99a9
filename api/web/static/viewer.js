// The source of a quote: its page with the passage marked, or its text.

import { call, Problem } from "./api.js";
import { $, el, say, show, unitOffset } from "./dom.js";

const MOST_TEXT = 300000; // characters put into the page at once
const WIDE = matchMedia("(min-width: 1100px)");

let open = null; // {place, detail, page, asText}
let opener = null;
let latest = 0;

export function startViewer() {
  $("viewer-close").addEventListener("click", close);
  $("page-before").addEventListener("click", () => turn(-1));
  $("page-after").addEventListener("click", () => turn(1));
  $("viewer-mode").addEventListener("click", () => {
    open.asText = !open.asText;
    draw();
  });
  $("viewer-zoom").addEventListener("click", () => {
    const large = $("sheet").classList.toggle("large");
    $("viewer-zoom").setAttribute("aria-pressed", String(large));
    $("viewer-zoom").textContent = large ? "Smaller" : "Larger";
  });
  $("viewer").addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "ArrowLeft") turn(-1);
    if (event.key === "ArrowRight") turn(1);
  });
}

// `place` is a quote or passage, or a document alone.
export async function openSource(place, { focus = true }) {
  const mine = ++latest;
  if (focus) opener = document.activeElement;
  $("viewer-title").textContent = place.document;
  say($("viewer-where"), place.matter);
  show($("viewer"));
  behind(!WIDE.matches);
  $("desk").classList.add("with-viewer");
  if (focus) $("viewer").focus({ preventScroll: true });
  try {
    const detail = await call(`/v1/documents/${place.document_id}`);
    if (mine !== latest) return;
    const page = place.page ?? (detail.pages ? 1 : null);
    open = { place, detail, page, asText: !isDrawn(detail) };
    draw();
  } catch (error) {
    if (mine === latest) refuse(error);
  }
}

function isDrawn(detail) {
  return detail.media_type === "application/pdf" || detail.media_type.startsWith("image/");
}

export function closeIfShowing(documentId) {
  if (open?.detail.document_id === documentId) close();
}

function close() {
  latest += 1;
  open = null;
  show($("viewer"), false);
  behind(false);
  $("desk").classList.remove("with-viewer");
  $("sheet").replaceChildren();
  opener?.isConnected && opener.focus();
  opener = null;
}

// On a narrow screen the source covers the page, which then takes no focus.
function behind(covered) {
  $("main").inert = covered;
  document.querySelector(".bar").inert = covered;
}

function turn(by) {
  const pages = open?.detail.pages;
  const wanted = (open?.page ?? 0) + by;
  if (!pages || wanted < 1 || wanted > pages) return;
  open.page = wanted;
  draw();
}

function draw() {
  const { detail, page, asText } = open;
  const drawn = isDrawn(detail);
  const where = page && detail.pages ? `page ${page} of ${detail.pages}` : null;
  say($("viewer-where"), [detail.matter, where].filter(Boolean).join(" · "));
  for (const id of ["page-before", "page-after"]) show($(id), Boolean(page && detail.pages > 1));
  $("page-before").disabled = page <= 1;
  $("page-after").disabled = page >= detail.pages;
  show($("viewer-mode"), drawn);
  $("viewer-mode").textContent = asText ? "Page" : "Text";
  show($("viewer-zoom"), drawn && !asText);
  $("viewer-original").href = `/v1/documents/${detail.document_id}/original`;
  $("sheet").classList.toggle("as-text", asText);
  if (asText) drawText();
  else drawPage();
}

function drawPage() {
  const { place, detail, page } = open;
  const mine = ++latest;
  const span = place.char_end ? `start=${place.char_start}&end=${place.char_end}&` : "";
  const image = el("img", {
    class: "page",
    alt: `Page ${page} of ${detail.document}${span ? ", with the quoted passage marked in yellow" : ""}`,
    src: `/v1/documents/${detail.document_id}/pages/${page}.png?${span}width=1400`,
  });
  $("sheet").setAttribute("aria-busy", "true");
  image.addEventListener("load", () => {
    if (mine !== latest) return;
    $("sheet").setAttribute("aria-busy", "false");
    $("sheet").replaceChildren(image);
    scrollToMark(image);
  });
  image.addEventListener("error", () => {
    if (mine !== latest || !open) return;
    open.asText = true;
    draw();
  });
}

// The mark's place is only in the picture, so the first marked row is looked for there.
function scrollToMark(image) {
  const canvas = el("canvas", { width: image.naturalWidth, height: image.naturalHeight });
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.drawImage(image, 0, 0);
  const { data, width, height } = brush.getImageData(0, 0, canvas.width, canvas.height);
  let row = 0;
  const marked = (at) => data[at] > 225 && data[at + 1] > 200 && data[at] - data[at + 2] > 60;
  search: for (; row < height; row += 2) {
    for (let column = 0; column < width; column += 3) {
      if (marked((row * width + column) * 4)) break search;
    }
  }
  const share = row < height ? row / height : 0;
  const sheet = $("sheet");
  sheet.scrollTop = Math.max(0, image.offsetTop + share * image.clientHeight - sheet.clientHeight / 3);
}

async function drawText() {
  const { place, detail, page } = open;
  const mine = ++latest;
  try {
    const text = await call(`/v1/documents/${detail.document_id}/text`, { text: true });
    if (mine === latest) fillText(text, shownSpan(detail, page, place), place);
  } catch (error) {
    if (mine === latest) refuse(error);
  }
}

function shownSpan(detail, page, place) {
  const sheet = detail.page_spans.find(({ number }) => number === page);
  if (sheet) return [sheet.char_start, sheet.char_end];
  const middle = place.char_start ?? 0;
  return [Math.max(0, middle - MOST_TEXT / 2), middle + MOST_TEXT / 2];
}

function fillText(text, [from, to], { char_start: start, char_end: end }) {
  const cut = (first, last) => text.slice(unitOffset(text, first), unitOffset(text, Math.max(first, last)));
  const body = el("div", { class: "plain" });
  const [first, last] = [Math.max(from, start ?? from), Math.min(to, end ?? from)];
  if (last > first) {
    const mark = el("mark", {}, cut(first, last));
    body.append(cut(from, first), mark, cut(last, to));
    $("sheet").replaceChildren(body);
    $("sheet").scrollTop = Math.max(0, mark.offsetTop - $("sheet").clientHeight / 3);
  } else {
    body.append(cut(from, to) || "There is no text here.");
    $("sheet").replaceChildren(body);
    $("sheet").scrollTop = 0;
  }
  $("sheet").setAttribute("aria-busy", "false");
}

function refuse(error) {
  if (!(error instanceof Problem)) throw error;
  $("sheet").replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
}
