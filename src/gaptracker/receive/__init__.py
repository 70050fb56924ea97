"""The organisations' door: evidence in over HTTP, one request one transaction.

Routes here are synchronous and speak to workflows through a unit of work; reading routes of frozen
releases live in `publish`.
"""
