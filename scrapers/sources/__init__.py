"""One file a source; the file's name is the source's key. `scrapers.registry` finds them."""
