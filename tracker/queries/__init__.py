"""The read side: questions to the store, one family a file. Answers are small frozen values, never rows.

Sits between the store and everything that shows it (pages, API, feeds, digests). Nothing here knows a
request, a template or a clock: `today` and `now` are passed in, and every list is read by keyset paging.
"""
