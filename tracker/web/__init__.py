"""What every page shares: page or fragment, headers, CSRF, errors, the declared gate of an endpoint, labels."""
