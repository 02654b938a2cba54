// Words for times, numbers and codes.
import { me } from "./api.js";

const zone = () => me.value?.timezone ?? undefined;
const cache = new Map();
function formatter(options) {
  const key = JSON.stringify([zone(), options]);
  if (!cache.has(key)) cache.set(key, new Intl.DateTimeFormat(undefined, { timeZone: zone(), ...options }));
  return cache.get(key);
}
export const clock = (at) => formatter({ hour: "numeric", minute: "2-digit" }).format(new Date(at));
export const day = (at) => formatter({ weekday: "short", day: "numeric", month: "short" }).format(new Date(at));
export const moment = (at) => `${day(at)}, ${clock(at)}`;
export const weekday = (at) => formatter({ weekday: "short" }).format(new Date(at));

// The wall time in the business's zone, in numbers.
export function wall(at) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-CA", { timeZone: zone(), year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
      .formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  return { date: `${parts.year}-${parts.month}-${parts.day}`, minutes: Number(parts.hour) * 60 + Number(parts.minute) };
}
export const ms = (value) => (value >= 10000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`);
// What the assistant notes about a turn, as people would say it.
const DID = {
  agenda: "read the day's appointments", answer: "answered a question", block: "blocked a time", unblock: "freed a blocked time", book: "booked", cancel: "cancelled",
  change_service: "changed the service", code_sent: "texted a code", code_ok: "code right", code_wrong: "code wrong", code_locked: "code locked", pin_ok: "PIN right", pin_wrong: "PIN wrong",
  pin_locked: "PIN locked", dropped: "dropped, the caller went on", emergency: "words of danger", ended_abuse: "ended for abuse", follow_up: "texted after the call", foreign: "another language",
  forget: "forgot what was held", goodbye: "said goodbye", hold: "held a time", lost: "lost the thread", message: "took a message", messages_read: "read out messages", missed: "did not understand",
  move: "moved", not_reached: "nobody picked up", offer: "offered times", picture: "looked at a picture", proved: "proved who they are", read_back: "read back for a yes", recall: "looked into memory",
  remember: "remembered", reminder: "set a reminder", resume: "took up where it stood", task: "made a task", task_done: "finished a task", task_deleted: "deleted a task", tasks: "listed tasks",
  transfer: "put through", transferred: "was put through", unknown: "had no answer", upcoming: "looked up appointments",
};
export const did = (code) => DID[code] ?? words(code);
export const hour = (number) => new Intl.DateTimeFormat(undefined, { hour: "numeric", timeZone: "UTC" }).format(new Date(Date.UTC(2000, 0, 1, number)));
export const words = (code) => String(code ?? "").replaceAll("_", " ").replaceAll(".", " ");
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
export function bytes(size) {
  if (!size) return "0 MB";
  return size > 1e9 ? `${(size / 1e9).toFixed(1)} GB` : `${(size / 1e6).toFixed(0)} MB`;
}
export function person(contact) { return contact?.name || contact?.phone || "Unknown caller"; }
