// Everything the console asks of the server: REST, and the live events.
import { Signal } from "./lib.js";

export const me = new Signal(null);

export class ApiError extends Error {
  constructor(status, code, message, requestId) { super(message); Object.assign(this, { status, code, requestId }); }
}

export async function api(path, { method = "GET", body, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && me.value?.csrf) headers["X-CSRF-Token"] = me.value.csrf;
  let answer;
  try {
    answer = await fetch(path, { method, headers, signal, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "offline", "The assistant does not answer. Is it still running?");
  }
  if (answer.status === 204) return null;
  const data = await answer.json().catch(() => null);
  if (answer.ok) return data;
  const detail = data?.error ?? {};
  // The session ended while this view was open: back to signing in, with nothing lost on the server.
  if (answer.status === 401 && me.value?.signed_in) await whoami().catch(() => me.set(null));
  throw new ApiError(answer.status, detail.code ?? "error", detail.message ?? `The server answered ${answer.status}.`, detail.request_id);
}

export async function whoami() {
  const found = await api("/api/v1/session");
  me.set(found);
  return found;
}

export const has = (feature) => me.value?.features?.includes(feature) ?? false;

const socketUrl = (path) => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
export { socketUrl };

// One connection for the whole console; it comes back by itself, and listeners never notice.
class Events extends EventTarget {
  state = new Signal("off");
  #socket = null;
  #tries = 0;
  #wanted = false;

  open() {
    this.#wanted = true;
    if (this.#socket) return;
    this.state.set("connecting");
    const socket = (this.#socket = new WebSocket(socketUrl("/ws/events")));
    socket.onopen = () => socket.send(JSON.stringify({ token: me.value?.csrf ?? "" }));
    socket.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      if (event.type === "hello") { this.#tries = 0; this.state.set("on"); }
      this.dispatchEvent(new CustomEvent("event", { detail: event }));
    };
    socket.onclose = ({ code }) => {
      this.#socket = null;
      this.state.set("off");
      if (code === 4401) { whoami().catch(() => me.set(null)); return; }
      if (this.#wanted) setTimeout(() => this.#wanted && this.open(), Math.min(10000, 500 * 2 ** this.#tries++));
    };
  }

  close() { this.#wanted = false; this.#socket?.close(); }

  on(handler) {
    const listener = ({ detail }) => handler(detail);
    this.addEventListener("event", listener);
    return () => this.removeEventListener("event", listener);
  }
}
export const events = new Events();
