// The week: what is booked, changing the moment it is booked.
import { html, useEffect, useRef, useState } from "../lib.js";
import { api } from "../api.js";
import { clock, hour, moment, person, wall, words } from "../format.js";
import { calendarChanges } from "../live.js";
import { Icon } from "../parts/icons.js";
import { Empty, Head, Notice, useLoad } from "../parts/common.js";

const HOUR = 64, DAY = 86400000, NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const noon = (date) => new Date(`${date}T12:00:00Z`);
const plus = (date, days) => new Date(noon(date).getTime() + days * DAY).toISOString().slice(0, 10);
const mondayOf = (date) => plus(date, -((noon(date).getUTCDay() + 6) % 7));
const minutes = (text) => { const [hour, minute] = text.split(":").map(Number); return hour * 60 + minute; };
const title = (date, options) => new Intl.DateTimeFormat(undefined, { timeZone: "UTC", ...options }).format(noon(date));

function Details({ booking, close, changed }) {
  const dialog = useRef(null), [problem, setProblem] = useState(null);
  useEffect(() => { dialog.current?.showModal(); }, []);
  async function cancel() {
    try { await api(`/api/v1/appointments/${booking.id}?version=${booking.version}`, { method: "DELETE" }); changed(); close(); }
    catch (error) { setProblem(error.message); }
  }
  return html`<dialog ref=${dialog} onClose=${close} aria-labelledby="booking-title"><div class="stack">
    <h2 id="booking-title">${booking.service}</h2>
    <dl class="facts"><dt>When</dt><dd>${moment(booking.starts_at)} to ${clock(booking.ends_at)}</dd><dt>For</dt><dd>${booking.name || person(booking.contact)}</dd>
      ${booking.contact.phone && html`<dt>Number</dt><dd class="num">${booking.contact.phone}</dd>`}<dt>Came by</dt><dd>${words(booking.source)}</dd><dt>Status</dt><dd>${words(booking.status)}</dd>
      ${booking.notes && html`<dt>Notes</dt><dd>${booking.notes}</dd>`}</dl>
    ${problem && html`<${Notice} danger title="That did not work"><p>${problem}</p></${Notice}>`}
    <div class="row spread"><button class="btn" onClick=${() => dialog.current.close()}>Close</button>
      ${["booked", "held"].includes(booking.status) && html`<button class="btn danger" onClick=${cancel}>Cancel it</button>`}</div>
  </div></dialog>`;
}

export function Calendar() {
  const today = wall(Date.now()).date;
  const [monday, setMonday] = useState(mondayOf(today)), [opened, open] = useState(null), [fresh, setFresh] = useState(new Set()), [said, say] = useState("");
  const business = useLoad((signal) => api("/api/v1/business", { signal }));
  // A day more on both sides: the week is the business's, the query an instant.
  const week = useLoad((signal) => api(`/api/v1/appointments?limit=200&status=booked&status=held&status=completed&status=no_show&from=${plus(monday, -1)}T00:00:00Z&to=${plus(monday, 8)}T00:00:00Z`, { signal }), [monday]);
  const moved = useRef(false);
  useEffect(() => {
    // At the end of the week what matters is the next one.
    if (!business.data || moved.current) return;
    moved.current = true;
    const left = NAMES.filter((name, index) => plus(monday, index) >= today && business.data.hours[name]);
    if (!left.length && Object.keys(business.data.hours).length) setMonday((now) => (now === mondayOf(today) ? plus(now, 7) : now));
  }, [business.data]);
  const open_ = useLoad((signal) => api(`/api/v1/hours?from=${monday}&days=7`, { signal }), [monday]);
  const again = useRef(week.again);
  again.current = week.again;
  useEffect(() => {
    const changed = ({ detail }) => {
      again.current();
      if (/booked|moved/.test(detail.type)) {
        setFresh((old) => new Set(old).add(detail.data.id));
        const at = detail.data.starts_at;
        say(`${words(detail.type)}${at ? `, ${moment(at)}` : ""}`);
        // Show it: a booking in another week brings that week up, unless a dialog is open.
        if (at && !document.querySelector("dialog[open]")) setMonday(mondayOf(wall(at).date));
      }
    };
    calendarChanges.addEventListener("change", changed);
    return () => calendarChanges.removeEventListener("change", changed);
  }, []);

  const days = NAMES.map((_, index) => plus(monday, index));
  const items = (week.data?.items ?? []).map((item) => ({ ...item, from: wall(item.starts_at), to: wall(item.ends_at) })).filter((item) => days.includes(item.from.date));
  // The real days once they are known (holidays and closures), the usual week until then.
  const usual = business.data?.hours ?? {}, known = new Map((open_.data?.items ?? []).map((item) => [item.date, item.open.map((span) => [wall(span.starts_at).minutes, wall(span.ends_at).minutes || 1440])]));
  const hours = Object.fromEntries(NAMES.map((name, index) => [name, known.get(plus(monday, index)) ?? (usual[name] ?? []).map((span) => span.split("-").map(minutes))]));
  const why = new Map((open_.data?.items ?? []).map((item) => [item.date, item.reason]));
  const spans = [...Object.values(usual).flat().map((span) => span.split("-").map(minutes)), ...Object.values(hours).flat()];
  const low = Math.floor(Math.min(8 * 60, ...spans.map(([start]) => start), ...items.map((item) => item.from.minutes)) / 60);
  const high = Math.ceil(Math.max(17 * 60, ...spans.map(([, end]) => end), ...items.map((item) => item.to.minutes)) / 60);
  const top = (minute) => ((minute - low * 60) / 60) * HOUR;
  const now = wall(Date.now());

  return html`
    <${Head} title="Calendar" text=${`${title(monday, { day: "numeric", month: "long" })} to ${title(plus(monday, 6), { day: "numeric", month: "long", year: "numeric" })}`}>
      <div class="row"><button class="btn" onClick=${() => setMonday(plus(monday, -7))} aria-label="Week before"><span class="arrow">‹</span></button><button class="btn" onClick=${() => setMonday(mondayOf(today))}>This week</button><button class="btn" onClick=${() => setMonday(plus(monday, 7))} aria-label="Week after"><span class="arrow">›</span></button></div>
    </${Head}>
    <p class="sr" role="status">${said}</p>
    ${week.error && html`<${Notice} danger title="The week did not load"><p>${week.error.message}</p></${Notice}>`}
    <section class="card flush wide-only" aria-label="Week"><div class="week num">
      <div class="day-head"></div>
      ${days.map((date) => html`<div key=${date} class=${`day-head ${date === today ? "today" : ""}`}>${title(date, { weekday: "short" })}<b>${title(date, { day: "numeric" })}</b></div>`)}
      <div class="hours" style=${{ height: `${(high - low) * HOUR}px` }}>${Array.from({ length: high - low - 1 }, (_, index) => html`<span key=${index} style=${{ top: `${(index + 1) * HOUR}px` }}>${hour(low + index + 1)}</span>`)}</div>
      ${days.map((date, index) => html`<div key=${date} class="day closed">
        ${hours[NAMES[index]].map(([start, end]) => html`<div class="open-hours" key=${start} style=${{ top: `${top(start)}px`, height: `${((end - start) / 60) * HOUR}px`, backgroundPosition: `0 ${-top(start)}px` }} />`)}
        ${hours[NAMES[index]].length === 0 && open_.data && html`<span class="closed-note">${why.get(date) || "Closed"}</span>`}
        ${date === now.date && now.minutes > low * 60 && now.minutes < high * 60 && html`<div class="now" style=${{ top: `${top(now.minutes)}px` }} />`}
        ${lanes(items.filter((item) => item.from.date === date)).map((item) => html`<button key=${item.id} onClick=${() => open(item)} title=${`${item.service}, ${clock(item.starts_at)}`}
          class=${`slot ${item.status === "held" ? "held" : ""} ${["completed", "no_show"].includes(item.status) ? "done" : ""} ${fresh.has(item.id) ? "fresh" : ""} ${item.to.minutes - item.from.minutes < 40 ? "short" : ""}`}
          style=${{ top: `${top(item.from.minutes)}px`, height: `${Math.max(24, ((item.to.minutes - item.from.minutes) / 60) * HOUR - 2)}px`, left: `calc(${(item.lane / item.lanes) * 100}% + 3px)`, right: `calc(${(1 - (item.lane + 1) / item.lanes) * 100}% + 3px)` }}>
          <b>${item.name || person(item.contact)}</b><span>${item.service}${item.status === "held" ? ", being confirmed" : ""}</span></button>`)}
      </div>`)}
    </div></section>
    <section class="card flush agenda narrow-only" aria-label="Week">
      ${items.length === 0 ? html`<${Empty} icon="calendar" title="Nothing booked this week"><p>Call and book something; it appears here the moment it is made.</p><a class="btn primary" href="#/">Make a call</a></${Empty}>`
        : days.filter((date) => items.some((item) => item.from.date === date)).map((date) => html`<div key=${date}><h3>${title(date, { weekday: "long", day: "numeric", month: "long" })}</h3><ul>
          ${items.filter((item) => item.from.date === date).map((item) => html`<li key=${item.id} class=${fresh.has(item.id) ? "fresh" : ""}><span class="num soft">${clock(item.starts_at)}</span><span><b>${item.name || person(item.contact)}</b><br /><span class="soft small">${item.service}</span></span>
            <button class="btn small" onClick=${() => open(item)}>Open</button></li>`)}</ul></div>`)}
    </section>
    ${items.length === 0 && !week.loading && html`<p class="soft small wide-only num" style=${{ marginTop: "16px" }}>Nothing is booked in this week. Call and book something: it appears here the moment it is made.</p>`}
    ${opened && html`<${Details} booking=${opened} close=${() => open(null)} changed=${week.again} />`}`;
}

// Appointments that overlap stand side by side.
function lanes(items) {
  const sorted = [...items].sort((a, b) => a.from.minutes - b.from.minutes), ends = [];
  for (const item of sorted) {
    const lane = ends.findIndex((end) => end <= item.from.minutes);
    item.lane = lane < 0 ? ends.length : lane;
    ends[item.lane] = item.to.minutes;
  }
  return sorted.map((item) => ({ ...item, lanes: Math.max(1, ends.length) }));
}
