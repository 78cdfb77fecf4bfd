"""Events: told, judged, and taken in, all of one instant before anything is decided."""
