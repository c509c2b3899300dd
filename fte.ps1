# The whole set-up on Windows with Python 3.11 or later: .\fte.ps1 up, .\fte.ps1 test, .\fte.ps1 notebook, .\fte.ps1 <any fte command>
# Where scripts are disabled: powershell -ExecutionPolicy Bypass -File fte.ps1 up

function Confirm-Success {
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

$bin = ".venv\Scripts"
$env:UV_PROJECT_ENVIRONMENT = ".venv"
$env:PYTHONUTF8 = "1"
Push-Location $PSScriptRoot
try {
    if (-not (Test-Path "$bin\uv.exe")) {
        Write-Host "Setting up .venv; this takes a minute, once ..."
        if (Get-Command py -ErrorAction SilentlyContinue) { py -3 -m venv .venv } else { python -m venv .venv }
        Confirm-Success
        & "$bin\python.exe" -m pip install --quiet --require-hashes -r deployments\uv.txt
        Confirm-Success
    }
    # Windows cannot replace a program that runs, so uv leaves itself alone
    & "$bin\uv.exe" sync --frozen --quiet --inexact --no-install-package uv
    Confirm-Success
    if ($args.Count -gt 0 -and $args[0] -eq "test") {
        & "$bin\ruff.exe" check --no-cache .
        Confirm-Success
        & "$bin\ruff.exe" format --check .
        Confirm-Success
        & "$bin\lint-imports.exe"
        Confirm-Success
        & "$bin\mypy.exe"
        Confirm-Success
        & "$bin\python.exe" -m pytest -m "not long"
    } elseif ($args.Count -gt 0 -and $args[0] -eq "notebook") {
        $env:UV_PROJECT_ENVIRONMENT = ".venv-notebook"
        & "$bin\uv.exe" run --frozen --no-dev --group notebook jupyter lab notebooks
    } else {
        & "$bin\fte.exe" @args
    }
    exit $LASTEXITCODE
} finally {
    Pop-Location
}
