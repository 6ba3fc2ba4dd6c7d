"""What a roll call says, and in which words. Pure."""
