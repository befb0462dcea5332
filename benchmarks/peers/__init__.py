"""One file a peer; each runs as its own process in an environment of its own."""
