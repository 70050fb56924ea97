"""What a file is, told from its bytes; runs where a hostile file can do no harm."""
