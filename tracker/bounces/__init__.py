"""Mail that comes back: from whose digest, why, and what that means for the next one.

    returned mail ── notice.py ──▶ what it says, of which digest ── rules.py ──▶ what to do ── intake.py ──▶ rows

`verp.py` has the sender addresses by which a returned mail names its digest and nobody else can.
"""
