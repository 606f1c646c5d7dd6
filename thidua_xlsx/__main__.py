"""``python -m thidua_xlsx`` is ``thidua``."""

from thidua_xlsx.cli import main

if __name__ == "__main__":
    main()
