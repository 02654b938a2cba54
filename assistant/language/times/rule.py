"""An RRULE in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(slots=True)
class Rule:
    """An RRULE in the making."""

    freq: str = ""
    interval: int = 1
    byday: list[str] = field(default_factory=list)
    bymonthday: list[int] = field(default_factory=list)
    bymonth: list[int] = field(default_factory=list)
    times: list[tuple[int, int]] = field(default_factory=list)
    count: int = 0
    part: str | None = None

    def text(self) -> str:
        """The rule in RFC 5545's words, without what is the default."""
        freq = self.freq
        nth = any(d[0].isdigit() or d[0] == "-" for d in self.byday)
        if self.bymonthday or nth:
            freq = (
                freq
                if freq == "YEARLY" and self.bymonth
                else "YEARLY"
                if self.bymonth
                else "MONTHLY"
                if freq in ("", "DAILY", "WEEKLY", "MONTHLY")
                else freq
            )
        elif self.bymonth and freq in ("", "MONTHLY"):
            freq = "YEARLY"
        elif self.byday and freq in ("", "DAILY"):
            freq = "WEEKLY"
        out = [f"FREQ={freq or 'DAILY'}"]
        if self.interval != 1:
            out.append(f"INTERVAL={self.interval}")
        if self.byday:
            out.append("BYDAY=" + ",".join(dict.fromkeys(self.byday)))
        if self.bymonthday:
            out.append("BYMONTHDAY=" + ",".join(str(d) for d in dict.fromkeys(self.bymonthday)))
        if self.bymonth:
            out.append("BYMONTH=" + ",".join(str(m) for m in dict.fromkeys(self.bymonth)))
        if self.times:
            out.append("BYHOUR=" + ",".join(str(h) for h in dict.fromkeys(h for h, _ in self.times)))
            out.append("BYMINUTE=" + ",".join(str(m) for m in dict.fromkeys(m for _, m in self.times)))
        if self.count:
            out.append(f"COUNT={self.count}")
        return ";".join(out)
