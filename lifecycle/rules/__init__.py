"""Small pure rules over state and playbook: contract clock, planning, contact policy, milestones, health."""
