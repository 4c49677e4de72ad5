"""What stands between the helpline and a telephone network."""
