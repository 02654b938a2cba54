// A conversation, turn by turn; with `inside` also what was understood, done, and how long it took.
import { html, useEffect, useRef } from "../lib.js";
import { clock, did, ms, words } from "../format.js";
import { Waterfall } from "./waterfall.js";

const shown = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value));

function Inside({ turn }) {
  const slots = Object.entries(turn.slots ?? {}).filter(([name, value]) => name !== "service_said" && value !== null && value !== "" && value?.length !== 0);
  const facts = [
    turn.heard && turn.heard !== turn.text && ["Heard", turn.heard],
    turn.intent && ["Meant", html`<span class="chip accent">${words(turn.intent)}</span>${turn.confidence != null && html` <span class="chip num">${Math.round(turn.confidence * 100)} % sure</span>`}`],
    slots.length > 0 && ["Details", slots.map(([name, value]) => html`<span class="chip" key=${name}>${words(name)}: ${shown(value)}</span>`)],
    turn.did?.length > 0 && ["Did", turn.did.map((what) => html`<span class="chip accent" key=${what}>${did(what)}</span>`)],
  ].filter(Boolean);
  const timed = Object.keys(turn.timeline ?? {}).length > 0;
  if (!facts.length && !timed) return null;
  return html`<div class="inside">
    ${facts.length > 0 && html`<dl class="facts">${facts.map(([name, value]) => html`<dt key=${name}>${name}</dt><dd>${value}</dd>`)}</dl>`}
    ${timed && html`<${Waterfall} timeline=${turn.timeline} />`}
  </div>`;
}

// How long the caller waited for this reply, when it was a spoken one.
const waited = (before, turn) => (turn.role === "assistant" && before?.timeline?.first_audio_sent > 0 ? `, after ${ms(before.timeline.first_audio_sent)}` : "");

export function Turns({ turns, inside = false, you = "Caller" }) {
  return html`<ol class="turns" aria-live="polite" aria-relevant="additions">
    ${turns.map((turn, index) => turn.role === "note"
      ? html`<li key=${turn.id ?? index} class="turn"><span class="chip accent">${words(turn.text)}</span></li>`
      : html`<li key=${turn.id ?? index} class=${`turn ${turn.role}`}>
        <span class="who">${turn.role === "caller" ? you : "Assistant"}, ${clock(turn.at)}${turn.interrupted ? ", interrupted" : ""}${waited(turns.slice(0, index).findLast((item) => item.role !== "note"), turn)}</span>
        <div class="bubble">${turn.picture && html`<img src=${turn.picture} alt="The picture you sent" />`}${turn.text}</div>
        ${inside && html`<${Inside} turn=${turn} />`}
      </li>`)}
  </ol>`;
}

// Follows the newest turn, unless the reader has scrolled up to look at an older one.
export function Follow({ children, count, class: name = "scroll", label }) {
  const box = useRef(null), pinned = useRef(true);
  useEffect(() => { if (pinned.current && box.current) box.current.scrollTop = box.current.scrollHeight; }, [count]);
  const scrolled = ({ currentTarget: at }) => { pinned.current = at.scrollHeight - at.scrollTop - at.clientHeight < 80; };
  return html`<div class=${name} ref=${box} onScroll=${scrolled} tabindex="0" role="region" aria-label=${label}>${children}</div>`;
}
