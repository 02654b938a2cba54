"""How things are said: dates and numbers for the ear and for the eye, phrases with variants."""
