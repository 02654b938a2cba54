"""The parts of the assistant, one room each; the modules beside this package are its face."""
