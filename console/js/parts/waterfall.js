// "Why was that slow?" answered by looking: each stage of a turn as a bar from where the one before ended.
import { html } from "../lib.js";
import { ms } from "../format.js";

const STAGES = [
  ["end_of_turn", "Waited to be sure", "--c1"], ["transcript", "Wrote it down", "--c2"], ["understanding", "Understood", "--c3"],
  ["first_text", "Decided", "--c4"], ["first_audio_synthesised", "Found its voice", "--c5"], ["first_audio_sent", "Spoke", "--c6"],
  ["first_audio_heard", "Heard", "--c7"],
];

// Calls stamp moments after the end of speech; texts have only how long each part took.
export function bars(timeline) {
  if ("speech_end" in timeline || "end_of_turn" in timeline) {
    let before = 0;
    return STAGES.filter(([stage]) => timeline[stage] !== undefined).map(([stage, label, colour]) => {
      const end = Math.max(before, timeline[stage]), bar = { stage, label, colour, start: before, end };
      before = end;
      return bar;
    });
  }
  let before = 0;
  const known = { understanding: ["Understood", "--c3"], dialogue: ["Decided", "--c6"] };
  return Object.entries(timeline).filter(([, value]) => value >= 0).map(([stage, value]) => {
    const [label, colour] = known[stage] ?? [stage.replaceAll("_", " "), "--c2"], bar = { stage, label, colour, start: before, end: before + value };
    before = bar.end;
    return bar;
  });
}

export function Waterfall({ timeline = {} }) {
  const rows = bars(timeline);
  if (!rows.length) return null;
  const total = rows.at(-1).end, scale = Math.max(total, 1);
  const slowest = rows.reduce((worst, row) => (row.end - row.start > worst.end - worst.start ? row : worst));
  const spoken = timeline.first_audio_sent;
  return html`<div class="fall num" role="img" aria-label=${`Time by stage: ${rows.map((row) => `${row.label} ${ms(row.end - row.start)}`).join(", ")}; ${ms(total)} in all`}>
    ${rows.map((row) => html`<div key=${row.stage} class=${`fall-row ${spoken > 900 && row === slowest ? "slow" : ""}`}>
      <span class="soft">${row.label}</span>
      <span class="track"><span class="bar" style=${{ left: `${(row.start / scale) * 100}%`, width: `${((row.end - row.start) / scale) * 100}%`, background: `var(${row.colour})` }} /></span>
      <b>${ms(row.end - row.start)}</b>
    </div>`)}
    <div class="fall-total"><span class="soft">${spoken !== undefined ? "From the end of speech to the first word" : "In all"}</span><b>${ms(spoken ?? total)}</b></div>
  </div>`;
}
