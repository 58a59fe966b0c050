"""Return policies that decide: clauses, standards, pledges, and what they say about one purchase."""
