"""What the engine writes into the record besides single lines. Moments are UTC."""
