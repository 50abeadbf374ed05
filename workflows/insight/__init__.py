"""How flows do: counts, times, returns and workload, drawn and as tables."""
