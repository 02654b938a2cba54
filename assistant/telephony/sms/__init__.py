"""What a text is made of: segments, the words that stop and start, the hours in which nobody wants one."""
