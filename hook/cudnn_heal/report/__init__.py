"""What is known, in words: sentences, commands, layout, JSON.  Decides nothing."""
