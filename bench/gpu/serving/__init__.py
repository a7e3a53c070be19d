"""Parts of bench/gpu/run; nothing beyond Python's own library is needed to measure."""
