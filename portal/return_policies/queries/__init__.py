"""Reading standards and pledges."""
