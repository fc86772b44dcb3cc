"""Drawings of questions, with the student's numbers: boxes on a grid, unrolled networks, a kernel's stamps.

A figure shows givens and never a number that is asked for. It knows no template: it gets numbers, and makes shapes.
"""
