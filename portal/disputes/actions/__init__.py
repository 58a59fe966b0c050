"""One function per intention of a party; each records its fact through the ledger."""
