"""``python -m search`` is the command ``duansou``."""

from .cli import main

if __name__ == "__main__":
    main()
