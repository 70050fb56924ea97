"""How a figure, a pair or a release is cited: what is cited, and the styles it is written in."""
