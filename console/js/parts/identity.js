// Who is calling or texting from the console, folded away until somebody wants to be somebody else.
import { html } from "../lib.js";

export function Identity({ identity, setIdentity, disabled }) {
  return html`<details class="identity"><summary>${identity.as === "owner" ? "As the owner" : "As a caller"} <b class="num">${identity.from.trim() || "with the number withheld"}</b>, change</summary><div class="fields">
    <label class="field"><span>You are</span>
      <select class="input" disabled=${disabled} value=${identity.as} onChange=${({ target }) => setIdentity({ ...identity, as: target.value })}>
        <option value="caller">A caller</option><option value="owner">The owner</option>
      </select>
    </label>
    <label class="field"><span>Calling from (any number will do, or none)</span>
      <input class="input num" type="tel" autocomplete="off" maxlength="20" disabled=${disabled} value=${identity.from} placeholder="Number withheld"
        onInput=${({ target }) => setIdentity({ ...identity, from: target.value })} />
    </label>
  </div></details>`;
}
