"""What is published: standards, their versions and changes, and what a store pledges."""
