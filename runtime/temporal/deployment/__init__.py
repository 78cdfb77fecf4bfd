"""Temporal's worker deployments: which builds serve, and how lives move between them."""
