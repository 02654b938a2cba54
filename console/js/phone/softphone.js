// A telephone in the page: microphone and speaker on one side, the media-stream protocol of the telephone provider on the other.
import { Signal } from "../lib.js";
import { events, socketUrl } from "../api.js";

const WORKLET = new URL("./worklet.js", import.meta.url);
const RECONNECT_MS = [300, 1000, 2500];
const idle = { state: "idle", since: null, muted: false, conversation: null, problem: null, ended: null };

// Why there is no microphone, in words that say what to do.
export function microphoneProblem(error) {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
    return {
      title: "This address cannot use the microphone",
      text: `Browsers allow it only on https or on this computer itself. Open http://127.0.0.1:${location.port || 80}/ on the machine that runs the assistant, or put it behind https.`,
    };
  }
  switch (error?.name) {
    case "NotAllowedError": case "SecurityError":
      return { title: "The microphone is blocked", text: "Allow it with the icon beside the address, then call again. You can also write instead, under Text." };
    case "NotFoundError": case "OverconstrainedError":
      return { title: "No microphone found", text: "Plug one in, or choose one in the system's sound settings. You can also write instead, under Text." };
    case "NotReadableError": case "AbortError":
      return { title: "The microphone is busy", text: "Another program is using it. Close that call or recording, then try again." };
    default:
      return { title: "The microphone did not start", text: String(error?.message ?? "Try again, or write instead, under Text.") };
  }
}

export class Softphone {
  call = new Signal(idle);
  levels = { mine: 0, theirs: 0 };
  #socket = null; #context = null; #stream = null; #capture = null; #playback = null; #tone = null;
  #sid = ""; #callSid = ""; #sequence = 0; #chunk = 0; #tries = 0; #options = {}; #unsubscribe = null; #epoch = 0;

  async dial({ from = "", as = "caller" } = {}) {
    if (!["idle", "ended"].includes(this.call.value.state)) return;
    const epoch = ++this.#epoch;
    this.#options = { from, as };
    this.#tries = 0;
    this.call.set({ ...idle, state: "starting" });
    try {
      // The context is made inside the click, or the browser keeps it silent.
      this.#context = new AudioContext({ latencyHint: "interactive" });
      if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "SecurityError");
      const [stream] = await Promise.all([
        navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 } }),
        this.#context.audioWorklet.addModule(WORKLET),
      ]);
      this.#stream = stream;
    } catch (error) {
      this.#release();
      this.call.set({ ...idle, problem: microphoneProblem(error) });
      return;
    }
    if (epoch !== this.#epoch) { this.#release(); return; }
    for (const track of this.#stream.getTracks()) track.onended = () => this.hangUp("The microphone was unplugged.");
    this.#capture = new AudioWorkletNode(this.#context, "line-capture", { numberOfInputs: 1, numberOfOutputs: 0 });
    this.#playback = new AudioWorkletNode(this.#context, "line-playback", { numberOfInputs: 0, outputChannelCount: [1] });
    this.#context.createMediaStreamSource(this.#stream).connect(this.#capture);
    this.#playback.connect(this.#context.destination);
    this.#capture.port.onmessage = ({ data }) => { this.levels.mine = data.level; this.#sendAudio(data.audio); };
    this.#playback.port.onmessage = ({ data }) => {
      if (data.level !== undefined) this.levels.theirs = data.level;
      else this.#send({ event: "mark", mark: { name: data.mark } });
    };
    // Which conversation this call is: the server tells it with our stream's id.
    this.#unsubscribe = events.on((event) => {
      if (event.type === "call.started" && event.data.stream === this.#sid) this.call.update({ conversation: event.conversation });
    });
    this.#ring();
    this.#connect(epoch);
  }

  #connect(epoch) {
    this.#sid = "MZ" + hex(16); this.#callSid = "CA" + hex(16); this.#sequence = 0; this.#chunk = 0;
    this.call.update({ state: this.#tries ? "reconnecting" : "ringing" });
    const socket = (this.#socket = new WebSocket(socketUrl(`/ws/call?as=${this.#options.as}`)));
    socket.onopen = () => {
      this.#send({ event: "connected", protocol: "Call", version: "1.0.0" });
      this.#send({ event: "start", start: {
        accountSid: "AC" + "0".repeat(32), streamSid: this.#sid, callSid: this.#callSid, tracks: ["inbound"],
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
        customParameters: this.#options.from ? { from: this.#options.from } : {},
      } });
    };
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    socket.onclose = ({ code, reason }) => { if (socket === this.#socket) this.#closed(code, reason, epoch); };
  }

  #receive(message) {
    if (message.event === "media") {
      if (this.call.value.state !== "talking") {
        this.#stopRing();
        this.#tries = 0;
        this.call.update({ state: "talking", since: this.call.value.since ?? Date.now() });
      }
      const text = atob(message.media.payload), audio = new Uint8Array(text.length);
      for (let i = 0; i < text.length; i++) audio[i] = text.charCodeAt(i);
      this.#playback?.port.postMessage({ audio });
    } else if (message.event === "mark") this.#playback?.port.postMessage({ mark: message.mark.name });
    else if (message.event === "clear") this.#playback?.port.postMessage("clear");
  }

  #closed(code, reason, epoch) {
    this.#socket = null;
    const { state } = this.call.value;
    if (epoch !== this.#epoch || state === "ended") return;
    if (code === 1013) return this.#finish(reason || "All lines are busy. Please try again in a moment.");
    if (code === 1000 || code === 1005) return this.#finish("The assistant hung up.");
    if (code === 1008) return this.#finish("The assistant refused the call. Reload the page and try again.");
    if (state !== "starting" && this.#tries < RECONNECT_MS.length) {
      this.call.update({ state: "reconnecting" });
      setTimeout(() => { if (epoch === this.#epoch && this.call.value.state === "reconnecting") this.#connect(epoch); }, RECONNECT_MS[this.#tries++]);
      return;
    }
    this.#finish(this.call.value.since ? "The connection was lost." : "The assistant does not answer. Is it still running?");
  }

  hangUp(words = "You hung up.") {
    if (["idle", "ended"].includes(this.call.value.state)) return;
    this.#send({ event: "stop", stop: { accountSid: "AC" + "0".repeat(32), callSid: this.#callSid } });
    this.#finish(words);
  }

  key(digit) {
    this.#send({ event: "dtmf", dtmf: { track: "inbound_track", digit } });
    if (!this.#context) return;
    const rows = { 1: 697, 2: 697, 3: 697, 4: 770, 5: 770, 6: 770, 7: 852, 8: 852, 9: 852, "*": 941, 0: 941, "#": 941 };
    const columns = { 1: 1209, 4: 1209, 7: 1209, "*": 1209, 2: 1336, 5: 1336, 8: 1336, 0: 1336, 3: 1477, 6: 1477, 9: 1477, "#": 1477 };
    this.#beep([rows[digit], columns[digit]], 0.04, 0.12);
  }

  mute(muted) {
    this.#capture?.port.postMessage({ muted });
    this.call.update({ muted });
  }

  #send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    if (message.event !== "connected") Object.assign(message, { sequenceNumber: String(++this.#sequence), streamSid: this.#sid });
    this.#socket.send(JSON.stringify(message));
  }

  #sendAudio(frame) {
    // A stalled line must not pile up seconds of old sound.
    if (this.#socket?.readyState !== WebSocket.OPEN || this.#socket.bufferedAmount > 64_000) return;
    const chunk = ++this.#chunk;
    this.#send({ event: "media", media: { track: "inbound", chunk: String(chunk), timestamp: String(chunk * 20), payload: btoa(String.fromCharCode(...frame)) } });
  }

  #finish(words) {
    this.#epoch++;
    this.#socket?.close(1000);
    this.#socket = null;
    this.#release();
    const { since, conversation } = this.call.value;
    this.call.set({ ...idle, state: "ended", ended: words, since, conversation, seconds: since ? (Date.now() - since) / 1000 : 0 });
  }

  #release() {
    this.#stopRing();
    this.#unsubscribe?.();
    this.#capture?.port.postMessage("stop");
    this.#playback?.port.postMessage("stop");
    for (const track of this.#stream?.getTracks() ?? []) { track.onended = null; track.stop(); }
    this.#context?.close().catch(() => {});
    this.#context = this.#stream = this.#capture = this.#playback = this.#unsubscribe = null;
    this.levels = { mine: 0, theirs: 0 };
  }

  #ring() { this.#tone = setInterval(() => this.#beep([440, 480], 0.03, 0.9), 3000); this.#beep([440, 480], 0.03, 0.4); }
  #stopRing() { clearInterval(this.#tone); this.#tone = null; }
  #beep(frequencies, volume, seconds) {
    const gain = this.#context.createGain(), end = this.#context.currentTime + seconds;
    gain.gain.setValueAtTime(volume, end - 0.03);
    gain.gain.linearRampToValueAtTime(0, end);
    gain.connect(this.#context.destination);
    for (const hertz of frequencies) {
      const tone = this.#context.createOscillator();
      tone.frequency.value = hertz; tone.connect(gain); tone.start(); tone.stop(end);
    }
  }
}

function hex(bytes) { return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => b.toString(16).padStart(2, "0")).join(""); }
export const phone = new Softphone();
