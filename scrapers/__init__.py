"""From a publisher's files to records: fetch, parse, check. Stands alone; the tracker stores what comes out."""
