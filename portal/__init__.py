"""The portal where a shopper and a shop settle a dispute, and the city sees how often that works."""
