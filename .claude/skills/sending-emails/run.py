"""Call one tool for mail and print its answer as JSON; without a tool, list them."""

import sys

from deployments.skill_scripts import call_tool
from mcp_servers.email_sender import build_server

if __name__ == "__main__":
    sys.exit(call_tool(__doc__, build_server))
