"""One file per verb; each offers ``COMMAND``, a click command whose name is the file's.

Heavy imports stand inside the function, so that ``symbiode --help`` loads none of them.
"""
