"""Reads and checks what the helpline says and how its menus hang together."""
