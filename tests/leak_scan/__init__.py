"""What the logs of a site that goes wrong say: every public page is driven through success, refusals, faults, broken
and cancelled statements, and the logs are searched for what was planted. Run by `make leak-scan`."""
