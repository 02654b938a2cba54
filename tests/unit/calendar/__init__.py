"""The calendar through its public door."""
