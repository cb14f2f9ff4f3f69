"""How what is found spreads over two facets, and over the years."""
