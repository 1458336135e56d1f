"""The page of a community: who came, what asks to be looked at, what came out of it."""
