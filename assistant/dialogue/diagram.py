"""The state machine as pictures and a table for people, made from the table that runs it.

`python -m assistant.dialogue.diagram [document]` prints them, or puts them into the document.
"""

from __future__ import annotations

from assistant.dialogue.machine import TABLE, Row
from assistant.dialogue.skills import SKILLS
from assistant.dialogue.state import Phase

_WORDS = {
    Phase.FRESH: "just opened", Phase.IDLE: "at rest", Phase.COLLECTING: "asking for what is missing", Phase.CHOOSING: "times are offered",
    Phase.CONFIRMING: "read back, waiting for a yes", Phase.PROVING: "waiting for the PIN",
    Phase.WAY_OUT: "a person or a message is offered",
    Phase.TRANSFERRING: "putting through", Phase.CLOSING: "anything else?", Phase.CLOSED: "over",
}  # fmt: skip


def mermaid() -> str:
    """The main lines of the table: what carries a conversation forward. Interruptions are in the table below the picture."""
    lines = ["stateDiagram-v2", "    [*] --> fresh", "    closed --> [*]"]
    lines += [f"    {phase.value} : {phase.value}\\n{words}" for phase, words in _WORDS.items()]
    lines += [f"    {source.value} --> {target.value} : {row.name}" for row in TABLE for source, target in row.shown]
    return "\n".join(lines)


def table() -> str:
    """Every row, in the order in which they are tried."""
    head = ["| # | row | in | event | leads to | why |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *(_line(number, row) for number, row in enumerate(TABLE, 1))])


def _line(number: int, row: Row) -> str:
    event = "any" if row.event is object else row.event.__name__
    return f"| {number} | {row.name} | {_phases(row.sources)} | {event} | {_phases(row.targets)} | {row.why} |"


def _phases(phases: frozenset[Phase]) -> str:
    if len(phases) == len(Phase):
        return "anywhere"
    missing = [phase.value for phase in Phase if phase not in phases]
    if len(missing) <= 4:
        return "anywhere but " + ", ".join(missing)
    return ", ".join(phase.value for phase in Phase if phase in phases)


def skills() -> str:
    """The skills and the intents that enter them."""
    head = ["| skill | intents | what it does |", "|---|---|---|"]
    for skill in SKILLS:
        module = __import__(type(skill).__module__, fromlist=["__doc__"])
        what = (type(skill).__doc__ if type(skill).__name__ == "CancelWhich" else module.__doc__) or ""
        intents = ", ".join(skill.intents) or "by its own words"
        owner = " (owner)" if skill.owner_only else ""
        head.append(f"| {skill.name}{owner} | {intents} | {what.strip().splitlines()[0]} |")
    return "\n".join(head)


def document(text: str) -> str:
    """A document with the generated parts put between their markers."""
    for name, content in (("diagram", f"```mermaid\n{mermaid()}\n```"), ("table", table()), ("skills", skills())):
        begin, end = f"<!-- {name} -->", f"<!-- end {name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{content}\n{end}{after}"
    return text


if __name__ == "__main__":
    import sys
    from pathlib import Path

    path = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if path is None:
        print(mermaid(), table(), skills(), sep="\n\n")
    else:
        path.write_text(document(path.read_text(encoding="utf-8")), encoding="utf-8")
