"""Text to speech: engines, the plan of what to build, the build."""
