// The one place that knows which libraries draw the console.
import { h, render, Fragment } from "../vendor/preact/preact.js";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/preact/hooks.js";
import htm from "../vendor/htm/htm.js";

export const html = htm.bind(h);
export { h, render, Fragment, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState };

// A value that components can watch: `const phone = useSignal(call)`.
export class Signal extends EventTarget {
  constructor(value) { super(); this.value = value; }
  set(value) { this.value = value; this.dispatchEvent(new Event("change")); }
  update(change) { this.set({ ...this.value, ...change }); }
}

export function useSignal(signal) {
  const [, redraw] = useState(0);
  useEffect(() => {
    let queued = false;
    const changed = () => {
      if (queued) return;
      queued = true;
      requestAnimationFrame(() => { queued = false; redraw((n) => n + 1); });
    };
    signal.addEventListener("change", changed);
    changed();
    return () => signal.removeEventListener("change", changed);
  }, [signal]);
  return signal.value;
}
