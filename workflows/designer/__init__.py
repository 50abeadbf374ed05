"""The designer of flows: its sheets, what they choose from, and what it asks the server."""
