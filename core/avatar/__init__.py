"""What an avatar is: its schema, its vector, its document."""
