"""The officers' side: standards drafted, compared, published, withdrawn; the tree of goods."""
