"""Typefaces, and text as glyphs of them: scripts, directions, what the machine has."""
