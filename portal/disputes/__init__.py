"""Disputes: the complaint, the negotiation, the settlement and its performance. The heart of the portal."""
