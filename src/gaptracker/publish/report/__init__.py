"""The report: one model from a frozen release, then HTML, PDF, Markdown and the data behind it."""
