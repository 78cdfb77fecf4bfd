"""What was published: playbooks, and the directory of people of ours."""
