// Live and past conversations: a list beside the one that is open, both drawn the same way.
import { html, useEffect, useRef, useSignal, useState } from "../lib.js";
import { api, events } from "../api.js";
import { clock, day, ms, person, words } from "../format.js";
import { live } from "../live.js";
import { Empty, Head, Notice, useLoad } from "../parts/common.js";
import { Icon } from "../parts/icons.js";
import { Follow, Turns } from "../parts/turns.js";

// Texts have no end that anybody would see; only a call is going on right now.
const going = (talk) => talk.live && talk.channel === "call";
const CHANNEL = { call: "Call", sms: "Text", web: "Console" };

function Row({ talk, open, href }) {
  const last = talk.turns?.at(-1)?.text ?? talk.summary ?? (talk.end_reason ? `Ended: ${words(talk.end_reason)}` : "");
  return html`<li><button aria-current=${open} onClick=${() => { location.hash = href; }}>
    <span class="top"><b>${talk.contact?.id ? person(talk.contact) : CHANNEL[talk.channel] ?? talk.channel}</b>
      <span class="row small soft num">${going(talk) && html`<span class="dot live" /><span class="sr">now</span>`}${clock(talk.last_at)}</span></span>
    <span class="small soft line">${CHANNEL[talk.channel] ?? talk.channel}${talk.started_at ? `, ${day(talk.started_at)}` : ""}</span>
    ${last && html`<span class="small line">${last}</span>`}
  </button></li>`;
}

function Detail({ talk, back, follow = false }) {
  if (!talk) return html`<section class="card detail"><${Empty} icon="live" title="Open a conversation"><p>Each turn shows what was heard, what it meant, what was done, and how long each part took.</p></${Empty}></section>`;
  return html`<section class="card detail" aria-label="Conversation">
    <header><div class="row"><a class="btn small back" href=${back}>Back</a><h2>${talk.contact?.id ? person(talk.contact) : CHANNEL[talk.channel] ?? "Conversation"}</h2></div>
      <div class="row wrap"><span class="chip">${CHANNEL[talk.channel] ?? talk.channel}</span>${talk.role === "owner" && html`<span class="chip warn">Owner</span>`}
        ${going(talk) ? html`<span class="chip danger"><span class="dot live" />Now</span>` : talk.end_reason && html`<span class="chip">Ended: ${words(talk.end_reason)}</span>`}</div></header>
    ${talk.summary && html`<p class="soft">${talk.summary}</p>`}
    ${talk.turns?.length
      ? follow ? html`<${Follow} key=${talk.id} count=${talk.turns.length} class="newest" label="Turns"><${Turns} turns=${talk.turns} inside /></${Follow}>` : html`<${Turns} turns=${talk.turns} inside />`
      : html`<${Empty} icon="chat" title="Nothing was said yet"><p>Turns appear here as they happen.</p></${Empty}>`}
  </section>`;
}

function Replies({ replies, ready }) {
  const box = useRef(null), chart = useRef(null);
  const sorted = replies.map((reply) => reply.ms).sort((a, b) => a - b);
  const at = (share) => (sorted.length ? ms(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]) : "–");
  useEffect(() => {
    if (replies.length < 2 || !ready || !box.current) return undefined;
    const css = getComputedStyle(document.documentElement), ink = css.getPropertyValue("--soft"), line = css.getPropertyValue("--line"), accent = css.getPropertyValue("--accent");
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    const data = [replies.map((_, index) => index + 1), replies.map((reply) => reply.ms)];
    if (!chart.current) {
      chart.current = new window.uPlot({
        width: box.current.clientWidth, height: 88, padding: [8, 12, 10, 0], legend: { show: false }, cursor: { show: false }, scales: { x: { time: false }, y: { range: (_, low, high) => [0, Math.max(1000, high * 1.1)] } },
        axes: [{ ...axis, show: false }, { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => `${tick} ms`) }],
        series: [{}, { stroke: accent, width: 2, points: { size: 5, fill: accent } }],
      }, data, box.current);
    } else chart.current.setData(data);
    return undefined;
  }, [replies, ready]);
  useEffect(() => () => chart.current?.destroy(), []);
  return html`<section class="card replies" aria-label="Reply time">
    <div class="stats num"><div class="stat"><b>${at(0.5)}</b><span class="small soft">half of the replies within</span></div><div class="stat"><b>${at(0.95)}</b><span class="small soft">19 of 20 within</span></div>
      <div class="stat"><b>${replies.length}</b><span class="small soft">spoken replies</span></div></div>
    <div class="chart" ref=${box} role="img" aria-label="Reply time of each spoken turn">${replies.length < 2 && html`<p class="soft small">Each spoken reply since this page was opened becomes a point here: the lower, the faster.</p>`}</div>
  </section>`;
}

// Loads the charting library only when there is something to draw.
function useChart() {
  const [ready, set] = useState(Boolean(window.uPlot));
  useEffect(() => {
    if (ready) return;
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/console/vendor/uplot/uPlot.min.css" });
    const script = Object.assign(document.createElement("script"), { src: "/console/vendor/uplot/uPlot.min.js", onload: () => set(true) });
    document.head.append(style, script);
  }, []);
  return ready;
}

export function Live({ id }) {
  const state = useSignal(live), link = useSignal(events.state), chart = useChart();
  const open = state.conversations.find((talk) => talk.id === id) ?? (id || innerWidth <= 980 ? null : state.conversations[0]);
  return html`<${Head} title="Live" text="Every call and text as it happens, and why each reply came when it did.">
      <span class="chip" role="status"><span class=${`dot ${link === "on" ? "ok" : "warn"}`} />${link === "on" ? "Listening" : "Reconnecting…"}</span></${Head}>
    ${state.conversations.length === 0
      ? html`<section class="card"><${Empty} icon="live" title="Nothing is happening right now"><p>Leave this open, and call or text the assistant. Every turn appears here with what it heard, what it understood, and a bar for each stage.</p><a class="btn primary" href="#/">Make a call</a></${Empty}></section>`
      : html`<div class="stack"><${Replies} replies=${state.replies} ready=${chart} />
        <div class=${`split ${id ? "open" : ""}`}><div class="card flush list-card"><ul class="list">${state.conversations.map((talk) => html`<${Row} key=${talk.id} talk=${talk} open=${talk === open} href=${`#/live/${talk.id}`} />`)}</ul></div>
        <${Detail} talk=${open} back="#/live" follow /></div></div>`}`;
}

export function History({ id }) {
  const [channel, setChannel] = useState(""), [pages, setPages] = useState({ items: [], next: null });
  const first = useLoad((signal) => api(`/api/v1/conversations?limit=50${channel && `&channel=${channel}`}`, { signal }), [channel]);
  useEffect(() => { if (first.data) setPages(first.data); }, [first.data]);
  const talk = useLoad((signal) => (id ? api(`/api/v1/conversations/${encodeURIComponent(id)}`, { signal }) : Promise.resolve(null)), [id]);
  const more = async () => { const page = await api(`/api/v1/conversations?limit=50${channel && `&channel=${channel}`}&cursor=${encodeURIComponent(pages.next)}`); setPages({ items: [...pages.items, ...page.items], next: page.next }); };
  return html`<${Head} title="History" text="Past conversations, kept encrypted on this machine.">
      <label class="row"><span class="soft small">Show</span><select class="input" value=${channel} onChange=${({ target }) => setChannel(target.value)}>
        <option value="">Everything</option><option value="call">Calls</option><option value="sms">Texts</option><option value="web">Console</option></select></label></${Head}>
    ${first.error && html`<${Notice} danger title="The list did not load"><p>${first.error.message}</p></${Notice}>`}
    ${pages.items.length === 0 && !first.loading && !first.error
      ? html`<section class="card"><${Empty} icon="history" title="No conversations yet"><p>Calls and texts are listed here once they happen, to be opened turn by turn.</p><a class="btn primary" href="#/">Make a call</a></${Empty}></section>`
      : html`<div class=${`split ${id ? "open" : ""}`}><div class="card flush list-card"><ul class="list">${pages.items.map((item) => html`<${Row} key=${item.id} talk=${item} open=${item.id === id} href=${`#/history/${item.id}`} />`)}
          ${pages.next && html`<li><button onClick=${more}>Show older ones</button></li>`}</ul></div>
        ${talk.error ? html`<${Notice} danger title="It did not open"><p>${talk.error.message}</p></${Notice}>` : html`<${Detail} talk=${id ? talk.data : null} back="#/history" />`}</div>`}`;
}
