"""One Vega-Lite specification for each chart; page, embed and report draw the same one."""
