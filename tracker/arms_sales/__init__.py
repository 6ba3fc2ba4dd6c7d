"""Proposed arms sales: what several documents say of one, the clock of Congress, and both in words.

All of it pure. A notification is not a sale: it says what may be sold, and at most for how much.
"""
