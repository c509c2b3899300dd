"""Which processes the employee has and how they stand, as JSON; `start`, `stop`, or `restart NAME`."""

import sys

from deployments.command_line import main
from deployments.running import running, started_anew
from deployments.skill_scripts import tell

WORDS = {"start": ["up", "--detach", "--no-feed"], "stop": ["down"]}

if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            sys.exit(tell(running()))
        case ["restart", name]:
            sys.exit(tell(started_anew(name)))
        case [word] if word in WORDS:
            sys.argv[1:] = WORDS[word]
            main()
        case _:
            print(__doc__, file=sys.stderr)
            sys.exit(2)
