"""Config: settings, urls, worker and command line; where the rooms meet."""
