"""Feeds: releases, demonstrated changes and corrections, as Atom and as JSON Feed."""
