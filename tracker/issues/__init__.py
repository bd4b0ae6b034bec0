"""The matter: states and acts, parties, answers, events, who may do what, and the pages that show it."""
