"""What is done to categories, standards and pledges: one function for each intention."""
