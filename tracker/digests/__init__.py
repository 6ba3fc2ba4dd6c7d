"""From changes to mails: `plan` finds who is due and what is new to them, `choose` and `render` make the words of it
(pure), `message` makes the bytes of one mail (pure). Nothing here sends anything.

Between planning and sending there is only the database: a row a mail (`Digest`), and its words once for everybody
who gets the same (`DigestBody`).
"""
