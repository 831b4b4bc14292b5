"""The public interface: what `import sim` offers, and all that the command line uses."""
