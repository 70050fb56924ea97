"""The public HTTP interface, answered from a frozen release in memory."""
