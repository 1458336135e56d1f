"""What pages, mails and reports cost, as ratios to doing the least that could be done. Run by `make bench`."""
