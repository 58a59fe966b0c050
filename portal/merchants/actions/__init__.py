"""What people do about shops, one function per intention."""
