// How the assistant is: engines, models and their downloads, what is missing, who has access.
import { html, useEffect, useSignal, useState } from "../lib.js";
import { api, me } from "../api.js";
import { bytes, moment, words } from "../format.js";
import { Icon } from "../parts/icons.js";
import { Empty, Head, Notice, useLoad } from "../parts/common.js";

const GOOD = new Set(["ok", "ready", "up", "installed", true]), WAIT = new Set(["degraded", "starting", "downloading", "missing", "optional", "off", "none", "local"]);
const tone = (status) => (GOOD.has(status) ? "ok" : WAIT.has(status) ? "warn" : "bad");
const TELLING = ["business", "workers", "active", "most", "restarts"];
const LABELS = { speech_to_text: "Hearing", text_to_speech: "Voice", language_model: "Language model", end_of_turn: "End of turn", profile: "Business profile", vision: "Pictures", embed: "Search", embeddings: "Search", database: "Store", telephone: "Telephone", business: "Business profile", vad: "Voice detection" };
const label = (name) => LABELS[name] ?? words(name).replace(/^./, (letter) => letter.toUpperCase());

function Part({ name, part }) {
  const fields = part !== null && typeof part === "object" ? part : { status: part };
  const status = fields.status ?? fields.state ?? (fields.ok === false ? "failed" : "ok");
  const total = fields.total ?? fields.size, loading = total > 0 && fields.done !== undefined && status !== "ready" && !fields.problem, done = loading ? fields.done : undefined;
  const share = loading && total ? Math.min(1, done / total) : null;
  const rest = TELLING.filter((key) => fields[key] !== undefined && fields[key] !== null && typeof fields[key] !== "object").map((key) => [key, fields[key]]);
  return html`<section class="card tile"><div class="row spread"><h3>${fields.title ?? label(name)}</h3><span class="chip"><span class=${`dot ${loading ? "warn" : tone(status)}`} />${loading ? "downloading" : words(status)}</span></div>
    ${(fields.engine ?? fields.purpose) && html`<p>${fields.engine ?? fields.purpose}</p>`}
    ${fields.size > 0 && !loading && html`<p class="soft small num">${bytes(fields.size)}</p>`}
    ${[fields.why, fields.problem].filter(Boolean).map((line) => html`<p class="soft small" key=${line}>${line}</p>`)}
    ${share !== null && share < 1 && done !== undefined && html`<div class="progress" role="progressbar" aria-label=${`Download of ${label(name)}`} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(share * 100)}><i style=${{ width: `${share * 100}%` }} /></div><p class="small soft num">${bytes(done)} of ${bytes(total)}</p>`}
    ${rest.length > 0 && html`<dl class="facts">${rest.map(([key, value]) => html`<dt key=${key}>${words(key)}</dt><dd>${String(value)}</dd>`)}</dl>`}
  </section>`;
}

function Group({ title, parts }) {
  const entries = Array.isArray(parts) ? parts.map((part, index) => [part.name ?? String(index), { title: part.name, ...part }]) : Object.entries(parts ?? {});
  if (!entries.length) return null;
  return html`<section class="stack" aria-label=${title}><h2>${title}</h2><div class="tiles">${entries.map(([name, part]) => html`<${Part} key=${name} name=${name} part=${part} />`)}</div></section>`;
}

function Keys() {
  const keys = useLoad((signal) => api("/api/v1/apikeys", { signal })), [made, setMade] = useState(null), [problem, setProblem] = useState(null);
  async function create(event) {
    event.preventDefault();
    const form = new FormData(event.target), origin = form.get("origin").trim();
    try { setMade(await api("/api/v1/apikeys", { method: "POST", body: { name: form.get("name"), scopes: [origin ? "voice" : form.get("scope")], origins: origin ? [origin] : [] } })); setProblem(null); event.target.reset(); keys.again(); }
    catch (error) { setProblem(error.message); }
  }
  return html`<section class="card stack" aria-label="API keys"><div><h2>API keys</h2><p class="soft small">For programs and for the microphone on a web page. A key is shown once and kept as a hash.</p></div>
    ${made && html`<div class="notice" role="status"><div><b>Copy this now, it is not shown again</b><p class="num"><code>${made.key}</code></p></div></div>`}
    ${problem && html`<${Notice} danger title="No key was made"><p>${problem}</p></${Notice}>`}
    ${keys.data?.items.length > 0 && html`<table><thead><tr><th>Name</th><th>Begins with</th><th>May</th><th>Last used</th><th><span class="sr">Actions</span></th></tr></thead><tbody>
      ${keys.data.items.map((key) => html`<tr key=${key.id}><td>${key.name}</td><td class="num">${key.prefix}…</td><td>${key.scopes.map(words).join(", ")}${key.origins.length > 0 && html`<br /><span class="soft small">${key.origins.join(", ")}</span>`}</td><td class="num">${key.last_used_at ? moment(key.last_used_at) : "never"}</td>
        <td><button class="btn small" onClick=${async () => { await api(`/api/v1/apikeys/${key.id}`, { method: "DELETE" }); keys.again(); }}>Revoke</button></td></tr>`)}</tbody></table>`}
    <form class="row wrap" onSubmit=${create}><label class="field grow"><span>Name</span><input class="input" name="name" required maxlength="80" /></label>
      <label class="field"><span>May</span><select class="input" name="scope">${["owner", "read", "chat", "calendar", "tasks", "events", "metrics"].map((scope) => html`<option key=${scope}>${scope}</option>`)}</select></label>
      <label class="field grow"><span>Only from this web page (for the microphone)</span><input class="input" name="origin" placeholder="https://example.com" /></label><button class="btn primary">Make a key</button></form></section>`;
}

function Sessions() {
  const list = useLoad((signal) => api("/api/v1/sessions", { signal }));
  return html`<section class="card stack" aria-label="Sessions"><h2>Signed in</h2><table><thead><tr><th>Browser</th><th>Last seen</th><th><span class="sr">Actions</span></th></tr></thead><tbody>
    ${(list.data?.items ?? []).map((session) => html`<tr key=${session.id}><td>${session.agent ?? "Unknown"}${session.current && html` <span class="chip accent">this one</span>`}</td><td class="num">${moment(session.last_at)}</td>
      <td><button class="btn small" onClick=${async () => { await api(session.current ? "/api/v1/session" : `/api/v1/sessions/${session.id}`, { method: "DELETE" }); if (session.current) location.reload(); else list.again(); }}>Sign out</button></td></tr>`)}</tbody></table></section>`;
}

export function System() {
  const who = useSignal(me), health = useLoad((signal) => api("/api/v1/health", { signal }));
  useEffect(() => { const timer = setInterval(() => { if (!document.hidden) health.again(); }, 5000); return () => clearInterval(timer); }, []);
  const { status, engines, dependencies, models, hints, calls } = health.data ?? {};
  const found = hints ?? [];
  return html`<${Head} title="System" text="Which engine does each job and why, what is still coming, and what is missing."><div class="row wrap">${calls && html`<span class="chip num">${calls.active} of ${calls.most} lines in use</span>`} ${status && html`<span class="chip"><span class=${`dot ${tone(status)}`} />${words(status)}</span>`}</div></${Head}>
    <div class="stack" style=${{ gap: "32px" }}>
      ${who.mode === "local" && html`<div class="notice calm"><div><b>Local mode</b><p>No telephone is connected: only this machine gets in, and no login is needed.</p></div></div>`}
      ${health.error && html`<${Notice} danger title="Health did not load"><p>${health.error.message}</p></${Notice}>`}
      ${Array.isArray(found) && found.length > 0 && html`<section class="card stack" aria-label="What the doctor found"><h2>What the doctor found</h2><ul class="stack tight">${found.map((line, index) => html`<li key=${index} class="row top"><span class=${`dot ${tone(line.status ?? line.level ?? "degraded")}`} />${typeof line === "string" ? line : `${line.what ?? line.name ?? ""} ${line.detail ?? line.message ?? line.text ?? ""}`}</li>`)}</ul></section>`}
      ${!health.data && !health.error && html`<section class="card"><${Empty} icon="system" title="Asking every part how it is" /></section>`}
      <${Group} title="Engines" parts=${engines} /><${Group} title="Models" parts=${models} /><${Group} title="Around it" parts=${dependencies} />
      <${Keys} />${who.mode !== "local" && html`<${Sessions} />`}
    </div>`;
}
