// Between the sound card and the telephone line: resampling and mu-law (G.711), in the audio thread.
const LINE_RATE = 8000, FRAME = 160, HALF = 24; // HALF: filter half width in samples of the slower side

// mu-law tables, built once from the definition.
const DECODE = new Float32Array(256);
for (let code = 0; code < 256; code++) {
  const u = ~code & 0xff;
  const magnitude = (((u & 0x0f) << 3) + 0x84) << ((u & 0x70) >> 4);
  DECODE[code] = ((u & 0x80) ? 0x84 - magnitude : magnitude - 0x84) / 32768;
}
function encode(sample) {
  let pcm = Math.max(-32635, Math.min(32635, Math.round(sample * 32768)));
  const sign = pcm < 0 ? 0x80 : 0;
  if (sign) pcm = -pcm;
  pcm += 0x84;
  let exponent = 7;
  for (let mask = 0x4000; exponent > 0 && !(pcm & mask); mask >>= 1) exponent--;
  return ~(sign | (exponent << 4) | ((pcm >> (exponent + 3)) & 0x0f)) & 0xff;
}

// A windowed-sinc low-pass, looked up by distance in samples of the slower rate.
const STEPS = 64;
const KERNEL = new Float32Array(HALF * STEPS + 2);
for (let i = 0; i < KERNEL.length; i++) {
  const x = i / STEPS, cutoff = 0.9;
  const sinc = x === 0 ? cutoff : Math.sin(Math.PI * x * cutoff) / (Math.PI * x);
  KERNEL[i] = x >= HALF ? 0 : sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / HALF));
}
const kernel = (x) => {
  const at = Math.abs(x) * STEPS, i = at | 0;
  return i >= HALF * STEPS ? 0 : KERNEL[i] + (KERNEL[i + 1] - KERNEL[i]) * (at - i);
};

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.ratio = sampleRate / LINE_RATE;
    this.reach = Math.ceil(HALF * this.ratio);
    this.ring = new Float32Array(16384);
    this.written = this.reach; // silence before the first sample
    this.next = this.reach * 2;
    this.frame = new Uint8Array(FRAME);
    this.filled = 0; this.energy = 0; this.muted = false; this.gone = false;
    this.port.onmessage = ({ data }) => { if (data === "stop") this.gone = true; else this.muted = data.muted; };
  }
  process([input]) {
    if (this.gone) return false;
    const channel = input[0], size = channel?.length ?? 128, mask = this.ring.length - 1;
    for (let i = 0; i < size; i++) this.ring[(this.written + i) & mask] = channel ? channel[i] : 0;
    this.written += size;
    while (this.next + this.reach < this.written) {
      let sum = 0;
      const from = Math.ceil(this.next - this.reach), to = Math.floor(this.next + this.reach);
      for (let i = from; i <= to; i++) sum += this.ring[i & mask] * kernel((i - this.next) / this.ratio);
      sum /= this.ratio;
      this.energy += sum * sum;
      this.frame[this.filled++] = this.muted ? 0xff : encode(sum);
      if (this.filled === FRAME) {
        const level = this.muted ? 0 : Math.sqrt(this.energy / FRAME);
        this.port.postMessage({ audio: this.frame, level });
        this.frame = new Uint8Array(FRAME); this.filled = 0; this.energy = 0;
      }
      this.next += this.ratio;
    }
    return true;
  }
}

class Playback extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = LINE_RATE / sampleRate;
    this.queue = [];       // samples in Float32Arrays, and marks as strings between them
    this.line = new Float32Array(HALF * 2 + 1); // the last samples, newest last
    this.phase = 0; this.offset = 0; this.energy = 0; this.count = 0; this.heard = 0; this.gone = false;
    this.port.onmessage = ({ data }) => {
      if (data === "stop") this.gone = true;
      else if (data === "clear") this.clear();
      else if (data.mark !== undefined) this.queue.length ? this.queue.push(data.mark) : this.port.postMessage({ mark: data.mark });
      else this.queue.push(Float32Array.from(data.audio, (code) => DECODE[code]));
    };
  }
  clear() {
    const marks = this.queue.filter((item) => typeof item === "string");
    this.queue = []; this.offset = 0;
    for (const mark of marks) this.port.postMessage({ mark });
  }
  pull() {
    for (;;) {
      const head = this.queue[0];
      if (head === undefined) return 0;
      if (typeof head === "string") { this.queue.shift(); this.port.postMessage({ mark: head }); continue; }
      const sample = head[this.offset++];
      if (this.offset === head.length) { this.queue.shift(); this.offset = 0; }
      return sample;
    }
  }
  process(_, [output]) {
    if (this.gone) return false;
    const line = this.line;
    for (let i = 0; i < output[0].length; i++) {
      this.phase += this.step;
      while (this.phase >= 1) {
        this.phase -= 1;
        line.copyWithin(0, 1);
        line[line.length - 1] = this.pull();
        this.energy += line[HALF] * line[HALF]; this.count++;
      }
      let sum = 0;
      for (let j = HALF - 12; j <= HALF + 12; j++) sum += line[j] * kernel(j - HALF - this.phase);
      for (const channel of output) channel[i] = sum;
    }
    while (typeof this.queue[0] === "string") this.port.postMessage({ mark: this.queue.shift() });
    if (this.count >= FRAME * 2) {
      this.port.postMessage({ level: Math.sqrt(this.energy / this.count) });
      this.energy = 0; this.count = 0;
    }
    return true;
  }
}
registerProcessor("line-capture", Capture);
registerProcessor("line-playback", Playback);
