# The whole set-up on Windows with Python 3.11 or later: .\fte.ps1 up, .\fte.ps1 test, .\fte.ps1 <any fte command>
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot
$uv = ".venv\Scripts\uv.exe"
if (-not (Test-Path $uv)) {
    py -3 -m venv .venv
    & .venv\Scripts\python.exe -m pip install --quiet "uv>=0.9"
}
$env:UV_PROJECT_ENVIRONMENT = ".venv"
& $uv sync --frozen --quiet
if ($args.Count -gt 0 -and $args[0] -eq "test") {
    & .venv\Scripts\python.exe -m pytest
} else {
    & .venv\Scripts\fte.exe @args
}
exit $LASTEXITCODE
