"""Text to speech: the engines, the plan of what to speak, and the build."""
