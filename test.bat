@echo off
rem Run the tests on Windows: test.bat [arguments for pytest]
setlocal
cd /d "%~dp0"
call tools\bootstrap.bat test
if errorlevel 1 exit /b 1
set CI=
.venv\Scripts\python.exe -m pytest -n auto --maxprocesses 4 --dist worksteal -m "not browser and not cluster and not maintainers" %*
exit /b %ERRORLEVEL%
