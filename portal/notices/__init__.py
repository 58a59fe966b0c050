"""Notices: who is told of which event, in the portal's inbox and by SMS and e-mail, at least once."""
