"""Text and vocabulary into links: what an item is about, with the words that say so.

`match` finds names, `places`, `scope` and `concerns` decide what they mean (all pure); `apply` writes rows.
"""
