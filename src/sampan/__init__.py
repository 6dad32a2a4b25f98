"""Sampan: the software of an independent office that brokers public-health data between neighbours."""

import os

__version__ = "0.1.0"

# Polars' allocator reads it when it is loaded: of an arena for each processor, and not four, the threads share what is
# given back, so that a long list takes a fifth less memory; what is given back stays at hand for ten seconds, as the
# next batch will want it
os.environ.setdefault("_RJEM_MALLOC_CONF", f"narenas:{os.cpu_count()},dirty_decay_ms:10000")
