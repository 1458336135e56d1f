"""Where fewer and fewer people come: the board of the guide's five causes, what is known of each, and what to do."""
