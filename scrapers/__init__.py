"""From a publisher's files to records: fetch, parse, check. Imports nothing of the tracker."""
