"""All the communities whose figures one reads, side by side for a year: grouped by profile, never ranked."""
