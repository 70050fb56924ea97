"""What an assessed actor is told before figures about it are published, and how it replies."""
