"""What `export` and `erase` share: whom they are about, where something is kept, and the histories at the Temporal server."""
