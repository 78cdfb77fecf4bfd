"""The business's own words: touches, holds, causes and health, what all models are built of, and rooms for people, time and texts."""
