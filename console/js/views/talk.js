// The telephone and the text thread, beside what was said.
import { html, useEffect, useRef, useSignal, useState } from "../lib.js";
import { has } from "../api.js";
import { duration } from "../format.js";
import { live } from "../live.js";
import { Icon } from "../parts/icons.js";
import { Empty, Head, Notice } from "../parts/common.js";
import { Identity } from "../parts/identity.js";
import { Follow, Turns } from "../parts/turns.js";
import { microphoneProblem, phone } from "../phone/softphone.js";
import { TextThread } from "./text.js";

const STATES = { idle: "Ready", starting: "Starting the microphone…", ringing: "Ringing…", talking: "Connected", reconnecting: "The line dropped, calling back…", ended: "Call ended" };
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private windows forget, and that is fine */ } };
const recall = (name, otherwise) => { try { return localStorage.getItem(name) ?? otherwise; } catch { return otherwise; } };

function Meter({ label, read }) {
  const bar = useRef(null);
  useEffect(() => {
    let frame, level = 0;
    const draw = () => {
      // Loudness as ears judge it, falling slowly so that the bar does not flicker.
      level = Math.max(Math.min(1, Math.sqrt(read()) * 1.8), level * 0.88);
      if (bar.current) bar.current.style.transform = `scaleX(${level.toFixed(3)})`;
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, []);
  return html`<div><span>${label}</span><div class="meter" aria-hidden="true"><i ref=${bar} /></div></div>`;
}

function useTimer(since, running) {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, [running]);
  return since && running ? duration((Date.now() - since) / 1000) : null;
}

function Phone({ identity, setIdentity }) {
  const call = useSignal(phone.call), [keypad, showKeypad] = useState(false);
  const active = ["starting", "ringing", "talking", "reconnecting"].includes(call.state);
  // Known before anybody presses the button: say it at once.
  const problem = call.problem ?? (window.isSecureContext ? null : microphoneProblem());
  const time = useTimer(call.since, active) ?? (call.state === "ended" && call.seconds ? duration(call.seconds) : null);
  useEffect(() => {
    if (call.state !== "talking") return undefined;
    const pressed = ({ key, target }) => { if (KEYS.includes(key) && !/INPUT|TEXTAREA/.test(target.tagName)) phone.key(key); };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [call.state]);
  return html`<section class="card phone" aria-label="Telephone">
    <div class="face">
      <div class="time num" role="timer" aria-label="Length of the call">${time ?? "0:00"}</div>
      <div class="state soft" role="status">${call.ended ?? STATES[call.state]}</div>
    </div>
    ${problem && html`<${Notice} danger title=${problem.title}><p>${problem.text}</p></${Notice}>`}
    ${active
      ? html`<button class="call-button end" onClick=${() => phone.hangUp()}><${Icon} name="hangup" /><span>Hang up</span></button>`
      : html`<button class="call-button" onClick=${() => phone.dial(identity)}><${Icon} name="phone" /><span>Call</span></button>`}
    <div class="levels"><${Meter} label="You" read=${() => phone.levels.mine} /><${Meter} label="Assistant" read=${() => phone.levels.theirs} /></div>
    <div class="row" role="group" aria-label="During the call">
      <button class="btn grow" disabled=${!active} aria-pressed=${call.muted} onClick=${() => phone.mute(!call.muted)}><${Icon} name=${call.muted ? "mute" : "mic"} />${call.muted ? "Muted" : "Mute"}</button>
      <button class="btn grow" aria-expanded=${keypad} aria-controls="keypad" onClick=${() => showKeypad(!keypad)}><${Icon} name="keypad" />Keypad</button>
    </div>
    <div id="keypad" class="keypad" hidden=${!keypad} role="group" aria-label="Keypad">
      ${KEYS.map((key) => html`<button key=${key} disabled=${call.state !== "talking"} aria-label=${{ "*": "star", "#": "hash" }[key] ?? key} onClick=${() => phone.key(key)}>${key}</button>`)}
    </div>
    <${Identity} identity=${identity} setIdentity=${setIdentity} disabled=${active} />
  </section>`;
}

function Captions() {
  const call = useSignal(phone.call), { conversations } = useSignal(live);
  const talk = conversations.find((item) => item.id === call.conversation);
  const turns = talk?.turns ?? [];
  return html`<section class="card flush captions" aria-label="What is said">
    <div class="bar row spread"><h2>What is said</h2>${talk && html`<a class="small" href=${`#/live/${talk.id}`}>How each reply came about</a>`}</div>
    <${Follow} count=${turns.length} label="Captions of the call">
      ${turns.length ? html`<${Turns} turns=${turns} you="You" />`
        : html`<${Empty} icon="phone" title=${call.state === "talking" ? "Listening" : "Press Call and say something like"}>
          <ul class="tries"><li>“I’d like a cleaning tomorrow at half past ten.”</li><li>“What have you got on Thursday afternoon?”</li><li>“Is there parking?”</li></ul>
          <p class="small">Both sides appear here as they speak. You can interrupt at any time.</p>
        </${Empty}>`}
    </${Follow}>
  </section>`;
}

export function Talk({ tab }) {
  const [identity, set] = useState({ from: recall("from", "+1 202 555 0143"), as: recall("as", "caller") });
  const setIdentity = (next) => { set(next); remember("from", next.from); remember("as", next.as); };
  const calls = has("calls") && has("speech");
  const text = tab === "text" || !calls;
  return html`
    <${Head} title="Talk to it" text="Everything here goes the same way as a real call or text, on this machine.">
      ${calls && html`<nav class="segmented" aria-label="How to talk">
        <button aria-pressed=${!text} onClick=${() => { location.hash = "#/"; }}>Call</button>
        <button aria-pressed=${text} onClick=${() => { location.hash = "#/text"; }}>Text</button>
      </nav>`}
    </${Head}>
    ${text ? html`<${TextThread} identity=${identity} setIdentity=${setIdentity} />`
      : html`<div class="talk"><${Phone} identity=${identity} setIdentity=${setIdentity} /><${Captions} /></div>`}`;
}
