"""Who may tell what, and how it proves who it is."""
