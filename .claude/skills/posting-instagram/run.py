"""Call one tool of Meta's platforms and print its answer as JSON; without a tool, list them."""

import sys

from deployments.skill_scripts import call_tool
from mcp_servers.meta_social_connector import build_server

if __name__ == "__main__":
    sys.exit(call_tool(__doc__, build_server))
