"""Plain frozen dataclasses and Protocols that every other part shares. No I/O, no third-party imports."""
