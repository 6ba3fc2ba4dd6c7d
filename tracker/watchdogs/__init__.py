"""Reports of watchdogs and what they told agencies to do: names, statuses, what documents say together, and the life
of a recommendation. Pure: values in, values out.
"""
