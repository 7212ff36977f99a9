// What the service of this page can do; what it cannot is not offered.

import { call } from "./api.js";
import { $, show } from "./dom.js";

export async function showAbilities() {
  const { paths, components } = await call("/openapi.json");
  for (const id of ["modes", "terms-help"]) show($(id), "mode" in components.schemas.SearchRequest.properties);
  show($("tab-authorities"), "/v1/documents/{document_id}/authorities" in paths);
}
