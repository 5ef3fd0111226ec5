"""Small scripts behind the Makefile. Nothing in `gptviz/` imports them."""
