"""What the helpline says to a network that speaks as Twilio does."""
