"""What happens after the caller has been answered."""
