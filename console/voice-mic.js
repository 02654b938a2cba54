// <voice-mic>: a microphone for any web page. Records a question, sends it to `POST /voice/query`, shows and speaks the answer.
// Plain JavaScript, no dependencies, shadow DOM. Documented in docs/voice-mic.md.
const MAX_BYTES = 10 * 1024 * 1024;
const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const WORDS = {
  idle: "Ask by voice", recording: "Listening. Press again when you are done.", sending: "One moment…", speaking: "Speaking. Press to stop.",
  insecure: "Browsers allow the microphone only on https pages.", refused: "The microphone is blocked. Allow it beside the page's address.",
  missing: "No microphone was found.", busy: "Another program is using the microphone.", short: "That was too short. Hold on a moment longer.",
  offline: "The assistant cannot be reached.", limited: "Too many questions at once. Try again in a minute.", failed: "That did not work. Please try again.",
};
const STYLE = `
:host { --mic-accent: #1f6f66; --mic-on-accent: #fff; --mic-danger: #a8322a; --mic-ink: #1d2628; --mic-soft: #566064; --mic-surface: #fff; --mic-line: #dddad1; --mic-radius: 14px; --mic-size: 56px;
  display: block; font: 15px/1.5 system-ui, sans-serif; color: var(--mic-ink); }
@media (prefers-color-scheme: dark) { :host([theme="auto"]) { --mic-accent: #67c3b4; --mic-on-accent: #0b201d; --mic-danger: #ef8479; --mic-ink: #e8ecea; --mic-soft: #a6b2b3; --mic-surface: #1a2224; --mic-line: #2f3a3d; } }
:host([hidden]) { display: none; }
.box { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 16px; align-items: center; padding: 16px; border: 1px solid var(--mic-line); border-radius: var(--mic-radius); background: var(--mic-surface); }
button { width: var(--mic-size); height: var(--mic-size); border: 0; border-radius: 50%; background: var(--mic-accent); color: var(--mic-on-accent); cursor: pointer; display: grid; place-items: center; position: relative; }
button:focus-visible { outline: 2px solid var(--mic-accent); outline-offset: 3px; } button[disabled] { opacity: .55; cursor: wait; }
button.recording { background: var(--mic-danger); }
button.recording::after { content: ""; position: absolute; inset: -5px; border-radius: 50%; border: 2px solid var(--mic-danger); transform: scale(calc(1 + var(--level, 0) * .35)); }
svg { width: 45%; height: 45%; } p { margin: 0; overflow-wrap: anywhere; } .status { color: var(--mic-soft); } .said { color: var(--mic-soft); } .answer { font-weight: 550; } .error { color: var(--mic-danger); }
@media (prefers-reduced-motion: reduce) { button.recording::after { transform: none; } }`;
const ICON = { mic: "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6 11.5a6 6 0 0 0 12 0M12 17.5V21", stop: "M7 7h10v10H7z" };

export class VoiceMic extends HTMLElement {
  static observedAttributes = ["disabled", "label"];
  #root = this.attachShadow({ mode: "open" });
  #state = "idle"; #recorder = null; #stream = null; #chunks = []; #audio = null; #timer = null; #session = null; #meter = null; #parts = {}; #started = 0; #abort = null;

  connectedCallback() {
    if (this.#parts.button) return;
    if (!this.hasAttribute("theme")) this.setAttribute("theme", "auto");
    const sheet = new CSSStyleSheet(); // a sheet object, so that a strict style policy of the page is no obstacle
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    const make = (tag, part, name) => Object.assign(document.createElement(tag), { className: name ?? part, part });
    const box = make("div", "box"), words = make("div", "words"), button = make("button", "button");
    const status = make("p", "status"), said = make("p", "transcript", "said"), answer = make("p", "answer");
    button.type = "button";
    status.setAttribute("role", "status");
    answer.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => this.toggle());
    words.append(status, said, answer);
    box.append(button, words);
    this.#root.append(box);
    this.#parts = { button, status, said, answer };
    this.#show("idle");
  }

  disconnectedCallback() { this.#abort?.abort(); this.#stopTracks(); this.#audio?.pause(); clearTimeout(this.#timer); }
  attributeChangedCallback() { if (this.#parts.button) this.#show(this.#state); }

  get state() { return this.#state; }
  get disabled() { return this.hasAttribute("disabled"); }
  get #server() { return (this.getAttribute("server") || new URL(import.meta.url).origin).replace(/\/$/, ""); }
  get #seconds() { return Math.min(60, Math.max(1, Number(this.getAttribute("max-seconds")) || 30)); }

  toggle() {
    if (this.#state === "recording") this.stop();
    else if (this.#state === "speaking") { this.#audio?.pause(); this.#show("idle"); }
    else if (this.#state === "idle") this.start();
  }

  /** Begin to record. Resolves once the microphone is open, or an error has been shown. */
  async start() {
    if (this.#state !== "idle" || this.disabled) return;
    if (!isSecureContext || !navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return this.#fail("insecure");
    this.#show("opening");
    try { this.#stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, channelCount: 1 } }); }
    catch (error) { return this.#fail({ NotFoundError: "missing", NotReadableError: "busy" }[error.name] ?? "refused"); }
    if (!this.isConnected) return this.#stopTracks();
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    this.#chunks = [];
    this.#recorder = new MediaRecorder(this.#stream, { mimeType, audioBitsPerSecond: 32000 });
    this.#recorder.ondataavailable = ({ data }) => this.#chunks.push(data);
    this.#recorder.onstop = () => this.#send(new Blob(this.#chunks, { type: this.#recorder.mimeType }));
    this.#recorder.start();
    this.#started = performance.now();
    this.#timer = setTimeout(() => this.stop(), this.#seconds * 1000);
    this.#watch();
    this.#show("recording");
    this.#tell("start");
  }

  /** End the recording and send it. */
  stop() {
    if (this.#state !== "recording") return;
    clearTimeout(this.#timer);
    this.#show("sending");
    this.#recorder.stop();
    this.#stopTracks();
  }

  /** Forget the conversation: the next question starts anew. */
  reset() { this.#session = null; this.#parts.said.textContent = this.#parts.answer.textContent = ""; }

  async #send(recording) {
    if (performance.now() - this.#started < 400) return this.#fail("short");
    if (recording.size > MAX_BYTES) return this.#fail("failed");
    const form = new FormData(), key = this.getAttribute("key");
    form.append("audio", recording, "question");
    if (this.#session) form.append("session", this.#session);
    const headers = key ? { Authorization: `Bearer ${key}` } : {};
    try {
      this.#abort = new AbortController();
      const answer = await fetch(`${this.#server}/voice/query`, { method: "POST", body: form, headers, credentials: "omit", signal: this.#abort.signal });
      const found = await answer.json().catch(() => ({}));
      if (!answer.ok) return this.#fail(answer.status === 429 ? "limited" : "failed", found.error);
      this.#session = found.session;
      this.#parts.said.textContent = found.transcript ? `“${found.transcript}”` : "";
      this.#parts.answer.textContent = found.response_text;
      this.#tell("answer", found);
      if (found.audio_url && !this.hasAttribute("silent")) await this.#speak(new URL(found.audio_url, this.#server));
      this.#show("idle");
    } catch (error) { if (error.name !== "AbortError") this.#fail("offline"); }
  }

  async #speak(url) {
    const answer = await fetch(url, { credentials: "omit", signal: this.#abort.signal });
    if (!answer.ok) return;
    const source = URL.createObjectURL(await answer.blob());
    this.#audio = new Audio(source);
    this.#show("speaking");
    await new Promise((done) => {
      this.#audio.onended = this.#audio.onpause = this.#audio.onerror = done;
      this.#audio.play().catch(done);
    });
    URL.revokeObjectURL(source);
  }

  #watch() {
    const context = new AudioContext(), analyser = context.createAnalyser(), samples = new Float32Array(analyser.fftSize);
    context.createMediaStreamSource(this.#stream).connect(analyser);
    this.#meter = { context };
    const draw = () => {
      if (!this.#meter) return;
      analyser.getFloatTimeDomainData(samples);
      const level = Math.min(1, Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length) * 4);
      this.#parts.button.style.setProperty("--level", level.toFixed(2));
      requestAnimationFrame(draw);
    };
    draw();
  }

  #stopTracks() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#meter?.context.close().catch(() => {});
    this.#stream = this.#meter = null;
  }

  #fail(reason, detail) {
    clearTimeout(this.#timer);
    this.#stopTracks();
    this.#show("idle");
    this.#parts.status.textContent = WORDS[reason];
    this.#parts.status.className = "error";
    this.#tell("error", { reason, message: detail?.message ?? WORDS[reason], code: detail?.code ?? reason });
  }

  #show(state) {
    this.#state = state;
    const { button, status } = this.#parts, label = this.getAttribute("label") ?? WORDS.idle;
    button.className = state;
    button.disabled = this.disabled || state === "sending" || state === "opening";
    const words = state === "idle" || state === "opening" ? label : WORDS[state];
    button.setAttribute("aria-label", { recording: "Stop and send", speaking: "Stop speaking" }[state] ?? label);
    button.setAttribute("aria-pressed", String(state === "recording"));
    status.textContent = words;
    status.className = "status";
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) svg.setAttribute(name, value);
    path.setAttribute("d", state === "recording" || state === "speaking" ? ICON.stop : ICON.mic);
    svg.append(path);
    button.replaceChildren(svg);
    this.#tell("state", { state });
  }

  #tell(type, detail = {}) { this.dispatchEvent(new CustomEvent(`voice-mic:${type}`, { detail, bubbles: true, composed: true })); }
}
if (!customElements.get("voice-mic")) customElements.define("voice-mic", VoiceMic);
