"""Scenarios of flows: turning a rehearsal into one, playing it again, and telling where it goes another way."""
