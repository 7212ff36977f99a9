// Files and folders as they are dropped or chosen: every file with the path it had there.

import { $ } from "./dom.js";

// `onFiles` gets [{file, path}], and how many hidden files were left out.
export function listenForFiles(onFiles) {
  for (const id of ["files", "folder"]) {
    $(id).addEventListener("change", () => {
      const chosen = [...$(id).files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
      $(id).value = "";
      hand(chosen, onFiles);
    });
  }
  const zone = $("drop");
  zone.addEventListener("submit", (event) => event.preventDefault());
  let depth = 0;
  const isFiles = (event) => [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => isFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => event.preventDefault()); // never leave the page for a file
  zone.addEventListener("dragenter", () => zone.classList.toggle("over", ++depth > 0));
  zone.addEventListener("dragleave", () => zone.classList.toggle("over", --depth > 0));
  zone.addEventListener("drop", async (event) => {
    depth = 0;
    zone.classList.remove("over");
    // both lists are empty again after this turn of the event loop
    const dropped = [...event.dataTransfer.items].filter(({ kind }) => kind === "file")
      .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
    zone.setAttribute("aria-busy", "true");
    const found = await Promise.all(dropped.filter(Boolean).map(walk));
    zone.removeAttribute("aria-busy");
    hand(found.flat(), onFiles);
  });
}

async function walk(entry) {
  if (entry instanceof File) return [{ file: entry, path: entry.name }];
  if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return found; // a browser gives a hundred at a time
    found.push(...(await Promise.all(some.map(walk))).flat());
  }
}

function hand(found, onFiles) {
  const hidden = found.filter(({ path }) => path.split("/").some((part) => part.startsWith(".")));
  const kept = found.filter((one) => !hidden.includes(one));
  if (found.length) onFiles(distinct(kept), hidden.length);
}

// Two folders of one name dropped together would make versions of one another.
function distinct(files) {
  const taken = new Set();
  return files.map(({ file, path }) => {
    let free = path;
    for (let n = 2; taken.has(free); n += 1) free = path.replace(/(\.[^./]*)?$/, ` (${n})$1`);
    taken.add(free);
    return { file, path: free };
  });
}
