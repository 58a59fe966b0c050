"""Plain Python that every feature stands on; imports nothing of portal outside this folder."""
