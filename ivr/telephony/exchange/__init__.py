"""A telephone network of our own: TwiML on lines, signed webhooks, REST."""
