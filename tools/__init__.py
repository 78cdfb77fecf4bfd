"""What the project makes of itself: pages of documentation that are written by the code they describe."""
