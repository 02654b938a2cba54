"""Measurements: speed (`python -m bench`) and understanding (`python -m bench.evaluate`). Nothing here runs in the product."""
