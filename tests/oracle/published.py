"""Where Viewflow finds the oracle's flow classes by name; `tests.oracle.stock` puts them here."""
