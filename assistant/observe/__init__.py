"""What an engineer sees: logs without personal data, metrics, the timeline of turns."""
