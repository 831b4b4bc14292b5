"""Why should anybody believe it? The program against theory, invariants and published figures."""
