"""What the operating system is told so that it starts the employee at logon: a systemd user unit, a Windows task.

Nothing secret stands in either: accounts are blocks of the Prefect server, keys are files of this installation.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

UNIT = "digital-fte.service"
TASK = "Digital FTE"
AGAIN_SECONDS = 30
STOP_SECONDS = 120
"""`fte up` ends its runs before the Prefect server that they report to; see `processes.ORDERLY_STOP_SECONDS`."""


def systemd_unit(command: list[str], environment: Mapping[str, str], secrets: Path) -> str:
    """The unit of a user's own systemd.

    Args:
        command: What starts the employee.
        environment: Its variables, none of them secret.
        secrets: File of `NAME=value` lines for those that are; it need not exist.
    """
    variables = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in environment.items())
    return f"""\
# Written by `fte service install`, which replaces it; `fte service remove` takes it away.
[Unit]
Description=Digital FTE, at work on the connected accounts
StartLimitIntervalSec=0

[Service]
{variables}EnvironmentFile=-{_specifiers(str(secrets))}
ExecStart={" ".join(_quoted(word).replace("$", "$$") for word in command)}
Restart=on-failure
RestartSec={AGAIN_SECONDS}
KillMode=mixed
TimeoutStopSec={STOP_SECONDS}
UMask=0077

[Install]
WantedBy=default.target
"""


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(word: str) -> str:
    """One word in systemd's quotes; `$` is doubled by the caller where systemd would put variables in."""
    return '"' + _specifiers(word).replace("\\", "\\\\").replace('"', '\\"') + '"'


def windows_task(command: list[str], environment: Mapping[str, str], user: str) -> str:
    r"""The Task Scheduler's XML; a task has no variables of its own, so PowerShell sets them.

    Args:
        command: What starts the employee.
        environment: Its variables, none of them secret.
        user: Whose logon starts it, such as `OFFICE\ann`.
    """
    sets = "".join(f"$env:{name} = {_single(value)}; " for name, value in environment.items())
    line = f"{sets}& {' '.join(map(_single, command))}; exit $LASTEXITCODE"
    words = f'-NoProfile -ExecutionPolicy Bypass -WindowStyle Hidden -Command "{line}"'
    return f"""\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Digital FTE, at work on the connected accounts</Description></RegistrationInfo>
  <Triggers>
    <LogonTrigger><Enabled>true</Enabled><UserId>{escape(user)}</UserId></LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{escape(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec><Command>powershell.exe</Command><Arguments>{escape(words)}</Arguments></Exec>
  </Actions>
</Task>
"""


def _single(word: str) -> str:
    """PowerShell's quotes in which nothing is put in; a double quote would end the argument around it."""
    return "'" + re.sub("['\u2018\u2019]", lambda quote: quote[0] * 2, word) + "'"
