// The shell: where one is, and what is shown there.
import { html, render, useEffect, useRef, useSignal, useState } from "./lib.js";
import { api, events, me, whoami } from "./api.js";
import { live } from "./live.js";
import { Icon } from "./parts/icons.js";
import { Empty, Notice } from "./parts/common.js";
import { phone } from "./phone/softphone.js";
import { Talk } from "./views/talk.js";
import { History, Live } from "./views/conversations.js";
import { Calendar } from "./views/calendar.js";
import { System } from "./views/system.js";

const PLACES = [["", "Talk", "phone"], ["live", "Live", "live"], ["history", "History", "history"], ["calendar", "Calendar", "calendar"], ["system", "System", "system"]];
const THEMES = ["system", "light", "dark"];

function useRoute() {
  const read = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const [route, set] = useState(read);
  useEffect(() => {
    const changed = () => set(read());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

function applyTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try { localStorage.setItem("theme", theme); } catch { /* nothing to remember it in */ }
}

function SignIn({ canSignIn }) {
  const [problem, setProblem] = useState(null), [busy, setBusy] = useState(false);
  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    try { me.set(await api("/api/v1/session", { method: "POST", body: { passphrase: new FormData(event.target).get("passphrase") } })); }
    catch (error) { setProblem(error.message); setBusy(false); }
  }
  return html`<main class="sign-in" id="main"><form class="card" onSubmit=${submit}>
    <div class="brand"><img src="/console/icon.svg" alt="" /><h1>Local Assistance</h1></div>
    ${!window.isSecureContext && html`<${Notice} title="Open this page over https"><p>Browsers keep the sign-in of a page only over https, or on the machine that runs the assistant.</p></${Notice}>`}
    ${canSignIn ? html`<label class="field"><span>Passphrase</span><input class="input" type="password" name="passphrase" autocomplete="current-password" required autofocus /></label>
      ${problem && html`<${Notice} danger title="Not signed in"><p>${problem}</p></${Notice}>`}<button class="btn primary" disabled=${busy}>Sign in</button>`
      : html`<${Notice} title="No passphrase is set"><p>Set CONSOLE_PASSPHRASE where the assistant runs, restart it, and reload this page.</p></${Notice}>`}
  </form></main>`;
}

function Shell() {
  const [place = "", detail] = useRoute(), who = useSignal(me), { conversations } = useSignal(live), call = useSignal(phone.call), link = useSignal(events.state);
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? "system"), main = useRef(null), first = useRef(true);
  const current = place === "text" ? "" : place;
  useEffect(() => {
    document.title = `${PLACES.find(([name]) => name === current)?.[1] ?? "Console"} · ${who.business ?? "Local Assistance"}`;
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true }); // a screen reader hears that the page has changed
  }, [current, detail]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  const view = { "": html`<${Talk} tab=${place} />`, live: html`<${Live} id=${detail} />`, history: html`<${History} id=${detail} />`, calendar: html`<${Calendar} />`, system: html`<${System} />` }[current];
  return html`<a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); main.current.focus(); }}>Skip to content</a>
    <div class="shell">
      <header class="rail">
        <div class="brand"><img src="/console/icon.svg" alt="" /><div><b>${who.business ?? "Local Assistance"}</b><span class="small soft">${who.mode === "local" ? "Local mode" : "Connected"}</span></div></div>
        <nav class="nav" aria-label="Main">${PLACES.map(([name, label, icon]) => html`<a key=${name} href=${`#/${name}`} aria-current=${name === current ? "page" : undefined}><${Icon} name=${icon} />${label}
          ${name === "live" && conversations.some((talk) => talk.live && talk.channel === "call") && html`<span class="dot live"><span class="sr">something is happening</span></span>`}
          ${name === "" && current !== "" && call.state === "talking" && html`<span class="dot live"><span class="sr">you are in a call</span></span>`}</a>`)}</nav>
        <footer><span class="small soft row"><span class=${`dot ${link === "on" ? "ok" : "warn"}`} />${link === "on" ? "Connected" : "Reconnecting…"}</span>
          <button class="btn small quiet" onClick=${() => { applyTheme(next); setTheme(next); }}><${Icon} name="sun" />Theme: ${theme}</button></footer>
      </header>
      <main id="main" tabindex="-1" ref=${main}>${view ?? html`<section class="card"><${Empty} icon="phone" title="There is nothing here"><a class="btn primary" href="#/">Back to the telephone</a></${Empty}></section>`}</main>
    </div>`;
}

function App() {
  const who = useSignal(me), [problem, setProblem] = useState(null);
  useEffect(() => { whoami().catch((error) => setProblem(error.message)); }, []);
  useEffect(() => { if (who?.signed_in) events.open(); else events.close(); }, [who?.signed_in]);
  if (!who) return problem ? html`<main class="sign-in" id="main"><${Notice} danger title="The assistant does not answer"><p>${problem}</p></${Notice}></main>` : null;
  return who.signed_in ? html`<${Shell} />` : html`<${SignIn} canSignIn=${who.can_sign_in} />`;
}

try { applyTheme(localStorage.getItem("theme") ?? "system"); } catch { /* private window */ }
document.getElementById("app").replaceChildren();
render(html`<${App} />`, document.getElementById("app"));
