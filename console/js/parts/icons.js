import { html } from "../lib.js";
const paths = {
  phone: "M5 4h3l1.5 4-2 1.5a11 11 0 0 0 5 5l1.500-2 4 1.500v3a2 2 0 0 1-2.200 2A15.500 15.500 0 0 1 3 6.200 2 2 0 0 1 5 4z",
  hangup: "M3 14c5-4.500 13-4.500 18 0l-2 3-4-1.500v-2.500a12 12 0 0 0-6 0v2.500L5 17z",
  live: "M3 12h4l2.500-7 5 14 2.500-7h4",
  history: "M12 7v5l3.500 2M4 12a8 8 0 1 0 2.300-5.600L4 8.500M4 4v4.500h4.500",
  calendar: "M5 6h14v14H5zM5 10h14M9 3.500V7M15 3.500V7",
  system: "M4 7h9M17 7h3M4 17h3M11 17h9M13 4.500v5M7 14.500v5",
  mic: "M12 4a2.500 2.500 0 0 1 2.500 2.500v5a2.500 2.500 0 0 1-5 0v-5A2.500 2.500 0 0 1 12 4zM6 11.500a6 6 0 0 0 12 0M12 17.500V21",
  mute: "M4 4l16 16M9.500 9.500v2a2.500 2.500 0 0 0 4 2M14.500 10V6.500a2.500 2.500 0 0 0-4.800-1M6 11.500a6 6 0 0 0 9.500 4.900M18 11.500a6 6 0 0 1-.6 2.600M12 17.500V21",
  keypad: "M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01M6 18h.01M12 18h.01M18 18h.01",
  send: "M5 12h13M12.500 6l6 6-6 6",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9h.01",
  chat: "M4 5h16v11H9l-5 4z",
  sun: "M12 8.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM12 2.500V5M12 19v2.500M2.500 12H5M19 12h2.500M5.300 5.300 7 7M17 17l1.700 1.700M5.300 18.700 7 17M17 7l1.700-1.700",
};
export const Icon = ({ name }) => html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width=${name === "keypad" ? 3 : 1.700} stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${paths[name]} /></svg>`;
