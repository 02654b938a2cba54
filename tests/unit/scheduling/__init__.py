"""Scheduling: hours, slots, recurrence, calendars."""
