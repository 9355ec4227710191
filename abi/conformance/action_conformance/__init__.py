"""Judges hosts of the action ABI from outside. The command is `python3 -m action_conformance -- HOST …`."""
