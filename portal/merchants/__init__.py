"""Merchants, their stores and staff, the QR code on the door, and claiming a store."""
