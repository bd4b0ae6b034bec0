"""What is to be told to whom, kept in the transaction of the event itself; knows no text."""
