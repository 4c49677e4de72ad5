"""The steps from an empty database to this version's tables; a step that was released never changes."""
