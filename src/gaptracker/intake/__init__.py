"""Bytes in, checked drafts out."""
