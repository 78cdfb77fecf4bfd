"""Customers at the Temporal server: one or many of them, asked, told, listed and found."""
