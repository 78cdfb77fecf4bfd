"""The whole stack on one machine, and its upgrade from build to build."""
