"""Small pure rules over state and playbook: planning, contact policy, hours, milestones, health; a room for the contract."""
