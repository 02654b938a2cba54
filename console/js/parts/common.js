import { html, useEffect, useState } from "../lib.js";
import { Icon } from "./icons.js";

export const Empty = ({ icon, title, children }) => html`<div class="empty"><${Icon} name=${icon} /><h2>${title}</h2>${children}</div>`;
export const Notice = ({ title, children, danger }) => html`<div class=${`notice ${danger ? "danger" : ""}`} role="alert"><div><b>${title}</b>${children}</div></div>`;
export const Head = ({ title, text, children }) => html`<header class="page-head"><div><h1>${title}</h1>${text && html`<p>${text}</p>`}</div>${children}</header>`;

// Something from the server: { data, error, again }. Keeps what it has while it asks anew, so that nothing jumps.
export function useLoad(load, watch = []) {
  const [state, set] = useState({ data: null, error: null, loading: true });
  const [round, again] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    set((now) => ({ ...now, loading: true }));
    load(stop.signal).then((data) => set({ data, error: null, loading: false }))
      .catch((error) => { if (error.name !== "AbortError") set((now) => ({ ...now, error, loading: false })); });
    return () => stop.abort();
  }, [...watch, round]);
  return { ...state, again: () => again((n) => n + 1) };
}
