// What happens, as it happens: live events gathered into conversations and turns.
import { Signal } from "./lib.js";
import { api, events, has } from "./api.js";

const KEEP = 60;
export const live = new Signal({ conversations: [], replies: [], changed: 0 });
// Who in the console wants to know about changes of the calendar.
export const calendarChanges = new EventTarget();

function find(state, id, at) {
  let talk = state.conversations.find((item) => item.id === id);
  if (!talk) {
    talk = { id, channel: "web", role: "caller", state: "", started_at: at, last_at: at, turns: [], live: true };
    state.conversations = [talk, ...state.conversations].slice(0, KEEP);
    introduce(talk);
  }
  return talk;
}

// Who it is, and what was said before this page was opened; asked again after a turn until there is a name.
async function introduce(talk) {
  if (talk.asking || talk.contact?.name || !has("conversations")) return;
  talk.asking = true;
  try {
    const { turns, contact, channel, role } = await api(`/api/v1/conversations/${encodeURIComponent(talk.id)}`);
    const known = new Set(talk.turns.map((item) => item.id)), first = talk.turns[0]?.at ?? new Date().toISOString();
    const earlier = turns.filter((item) => !known.has(item.id) && Date.parse(item.at) < Date.parse(first) - 1000);
    Object.assign(talk, { contact, channel, role, ...(!talk.known && { turns: [...earlier, ...talk.turns] }), known: true });
    live.update({ changed: live.value.changed + 1 });
  } catch { /* it is shown without a name */ } finally { talk.asking = false; }
}

// One stored turn of ours is two of the server's: what was heard, and what was said to it.
function turn(event) {
  const { data, at } = event;
  const made = [];
  if (data.heard) made.push({ id: `${data.turn}-caller`, role: "caller", text: data.heard, at, intent: data.intent, confidence: data.confidence, slots: data.slots, did: [], timeline: { ...data.timeline, ...data.stages } });
  if (data.said) made.push({ id: data.turn, role: "assistant", text: data.said, at, did: data.did ?? [], timeline: {} });
  else if (made.length) made[0].did = data.did ?? [];
  return made;
}

function note(state, stages, at) {
  const reply = stages?.first_audio_sent;
  if (reply > 0) state.replies = [...state.replies, { at: Date.parse(at) / 1000, ms: reply }].slice(-120);
}

events.on((event) => {
  if (event.type.startsWith("appointment.") || event.type.startsWith("calendar.")) {
    calendarChanges.dispatchEvent(new CustomEvent("change", { detail: event }));
  }
  if (!event.conversation || event.type === "hello") return;
  const state = live.value, talk = find(state, event.conversation, event.at);
  talk.last_at = event.at;
  switch (event.type) {
    case "conversation.started": Object.assign(talk, { channel: event.data.channel, role: event.data.role, live: true }); break;
    case "call.started": Object.assign(talk, { channel: "call", call: event.data.call, live: true }); break;
    case "turn": {
      // What was done is told a moment before the turn it belongs to; it is shown between the words and the reply.
      const made = turn(event), notes = [];
      while (talk.turns.at(-1)?.role === "note" && !talk.turns.at(-1).placed) notes.unshift(Object.assign(talk.turns.pop(), { placed: true }));
      talk.turns.push(...made.slice(0, -1), ...notes, ...made.slice(-1));
      introduce(talk);
      break;
    }
    case "turn.timed": {
      const index = talk.turns.findIndex((item) => item.id === event.data.turn);
      const heard = talk.turns.slice(0, Math.max(index, 0)).findLast((item) => item.role !== "note");
      if (heard?.role === "caller") heard.timeline = event.data.stages;
      note(state, event.data.stages, event.at);
      break;
    }
    case "heard": {
      const said = talk.turns.find((item) => item.id === event.data.turn);
      if (said && event.data.interrupted) said.interrupted = true;
      break;
    }
    case "state": talk.state = event.data.to; break;
    case "ended": case "call.ended": talk.live = false; talk.end_reason = event.data.reason; break;
    default: if (event.type.startsWith("appointment.")) talk.turns.push({ id: `${event.type}-${event.at}`, role: "note", text: event.type, at: event.at, data: event.data });
  }
  live.update({ changed: state.changed + 1 });
});
