"""Following without an account: who asks for what, proves the address, and changes or ends it.

`kinds`, `schedule`, `mails` and `rules` decide and are pure; the rest reads and writes in one transaction each.
"""
