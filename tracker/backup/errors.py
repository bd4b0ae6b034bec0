"""What a backup or a return of one refuses. Owns one class."""


class Unusable(Exception):
    """The copy cannot be made or taken back; the text is one line for the person who looks after the instance."""
