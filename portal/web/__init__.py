"""The HTTP toolbox: pages, forms, access, errors, headers. It knows no feature."""
