"""The desk's screens of running cases: where each is, which ones need somebody, and what can be done about them."""
