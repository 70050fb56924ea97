"""What makes evidence provable and sources safe: canonical bytes, commitments, the tree, sealing.

Pure functions over bytes: no input or output, no clock. Cryptography is libsodium's, through
PyNaCl; the Merkle tree is our own, after RFC 6962.
"""
