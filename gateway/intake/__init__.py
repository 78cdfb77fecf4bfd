"""Takes events in: reads them, gives them an identity, signals them to workflows, sums usage, and says what became of each."""
