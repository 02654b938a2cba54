"""When the business is open, which times are free, what repeats, and calendars elsewhere. No database in here."""
