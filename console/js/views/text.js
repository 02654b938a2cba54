// A text thread: the same conversation by writing, with pictures.
import { html, Signal, useRef, useSignal, useState } from "../lib.js";
import { api, has } from "../api.js";
import { Icon } from "../parts/icons.js";
import { Empty, Notice } from "../parts/common.js";
import { Identity } from "../parts/identity.js";
import { Follow, Turns } from "../parts/turns.js";

const MAX_PICTURE = 10 * 1024 * 1024;
// Threads outlive the view: going to look at the calendar loses nothing.
const threads = new Map();
function threadFor({ as, from }) {
  const key = `${as} ${from}`;
  if (!threads.has(key)) threads.set(key, new Signal({ session: crypto.randomUUID?.() ?? String(Math.random()), turns: [], busy: false, problem: null }));
  return threads.get(key);
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

export function TextThread({ identity, setIdentity }) {
  const thread = threadFor(identity), { turns, busy, problem, session } = useSignal(thread);
  const [text, setText] = useState(""), [picture, setPicture] = useState(null), file = useRef(null), box = useRef(null);

  async function send(words = text) {
    if (busy || (!words.trim() && !picture)) return;
    const mine = { id: `me-${turns.length}`, role: "caller", text: words, at: new Date().toISOString(), picture: picture?.url };
    thread.update({ turns: [...turns, mine], busy: true, problem: null });
    setText(""); setPicture(null);
    try {
      const body = { session, text: words, as: identity.as, ...(identity.from.trim() && { from: identity.from }), ...(picture && { image: await base64(picture.file) }) };
      const answer = await api("/api/v1/chat", { method: "POST", body });
      const turn = { id: `it-${turns.length}`, role: "assistant", text: answer.reply || "(no answer needed)", at: new Date().toISOString() };
      thread.update({ turns: [...thread.value.turns, turn], busy: false });
    } catch (error) {
      thread.update({ turns: thread.value.turns.filter((turn) => turn !== mine), busy: false, problem: error.message });
      setText(words);
    }
    box.current?.focus();
  }

  function pick(chosen) {
    if (!chosen) return;
    if (chosen.size > MAX_PICTURE) { thread.update({ problem: "That picture is larger than 10 MB." }); return; }
    setPicture({ file: chosen, url: URL.createObjectURL(chosen) });
  }
  const typed = (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); } };

  return html`<div class="text-view">
    <section class="card flush captions" aria-label="Text thread">
      <div class="bar"><${Identity} identity=${identity} setIdentity=${setIdentity} disabled=${busy} /></div>
      <${Follow} count=${turns.length} label="Text thread">
        ${turns.length ? html`<${Turns} turns=${turns} you="You" />` : html`<${Empty} icon="chat" title="Write as if to the front desk">
          <ul class="tries">${["Can I book a cleaning tomorrow at 10:30?", "When is my appointment?", "Is there parking?"].map((line) => html`<li key=${line} class="act"><button onClick=${() => send(line)}>${line}</button></li>`)}</ul></${Empty}>`}
        ${busy && html`<p class="soft small" role="status">Thinking…</p>`}
      </${Follow}>
      ${problem && html`<${Notice} danger title="That was not sent"><p>${problem}</p></${Notice}>`}
      ${picture && html`<div class="picked"><img src=${picture.url} alt="The picture to be sent" /><button class="btn small" onClick=${() => setPicture(null)}>Remove</button></div>`}
      <form class="compose" onSubmit=${(event) => { event.preventDefault(); send(); }}>
        ${has("pictures") && html`<button type="button" class="btn" aria-label="Add a picture" onClick=${() => file.current.click()}><${Icon} name="picture" /></button>
          <input ref=${file} type="file" accept="image/*" class="sr" tabindex="-1" aria-hidden="true" onChange=${({ target }) => { pick(target.files[0]); target.value = ""; }} />`}
        <label class="grow"><span class="sr">Your message</span>
          <textarea class="input" rows="1" maxlength="4000" ref=${box} value=${text} placeholder="Write a text" onInput=${({ target }) => setText(target.value)} onKeyDown=${typed} /></label>
        <button class="btn primary" aria-label="Send" disabled=${busy || (!text.trim() && !picture)}><${Icon} name="send" /></button>
      </form>
    </section>
  </div>`;
}
