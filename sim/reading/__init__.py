"""How files are read: within limits, in the forms that spreadsheet programs write, and never half."""
