"""What officers do at the desk beside the acts on one dispute."""
