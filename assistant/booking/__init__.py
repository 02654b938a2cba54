"""What a change of the calendar consists of: the business's rules, and the parts of one transaction."""
