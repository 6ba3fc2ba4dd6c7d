"""What a bill's text says about money, conditions and deadlines: sections in, facts with their words out. Pure.

Every fact carries the subdivision it stands in, its exact words with their offsets in the section's text, and how
sure the rules are of it; what they are unsure of is for a person to look at.
"""
