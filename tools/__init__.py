"""What the project makes of itself: pages of documentation written by the code they describe, releases, and trials of its own parts."""
