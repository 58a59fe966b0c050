"""The owners' side: pledges made, seen as the shopper sees them, renewed, ended."""
