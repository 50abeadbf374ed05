"""Two versions of a flow: what differs, which running cases may move from one to the other, and why others stay."""
