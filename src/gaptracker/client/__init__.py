"""The client library: a small typed httpx client for organisations and journalists."""
