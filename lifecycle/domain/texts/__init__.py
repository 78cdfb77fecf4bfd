"""Words as people write and read them: addresses, names, languages, and what is fit to be shown."""
