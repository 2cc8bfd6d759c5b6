"""What a mail asks for, and when."""
