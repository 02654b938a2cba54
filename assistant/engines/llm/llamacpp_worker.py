"""The embedded model's own process: `python -m assistant.engines.llm.llamacpp_worker`, settings as one JSON line on stdin.

A process, not a thread: loading the weights holds the interpreter's lock for seconds, in which no call would get its audio, and a
crash in native code must not take the calls along. It prints its loopback address and lives until stdin closes, so it cannot outlive
its parent. Its port asks for a key that only the parent knows.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> int:
    settings = json.loads(sys.stdin.readline())
    os.nice(int(settings.get("nice", 0)))
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = settings["model"]
    params.n_ctx = settings["context_tokens"] * settings["parallel"]
    params.n_parallel = settings["parallel"]
    params.cpuparams.n_threads = settings["threads"]
    params.cpuparams_batch.n_threads = settings["threads"]
    params.cache_ram_mib = settings["cache_mib"]
    params.verbosity = -1
    params.warmup = True
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [settings["key"]]
    params.endpoint_slots = False  # would show the prompts of others
    params.endpoint_props = False
    params.ui = False
    params.offline = True
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    del server
    return 0


if __name__ == "__main__":
    sys.exit(main())
