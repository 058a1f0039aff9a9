"""python -m archiver: the same as the command."""

from archiver.cli.main import main

if __name__ == "__main__":
    main()
