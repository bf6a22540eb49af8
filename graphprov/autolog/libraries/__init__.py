"""The libraries whose calls are recorded, each declared in a module of its own."""
