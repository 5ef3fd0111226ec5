"""See inside a GPT: load one, run one text through it, and read everything it computed by name."""
