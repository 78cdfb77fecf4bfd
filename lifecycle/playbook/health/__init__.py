"""How a company judges the health of its customers: as its playbook says it, and made ready to run."""
