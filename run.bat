@echo off
rem Search the documents in seeds\ in a browser, on Windows: run.bat [FOLDER [PORT]]
rem Installs itself on first use. Needs Python 3.11 or newer from python.org or the Microsoft Store.
setlocal
set "FOLDER=seeds"
if not "%~1"=="" set "FOLDER=%~f1"
cd /d "%~dp0"
set "PORT=%~2"
if not defined PORT set "PORT=8765"
call tools\bootstrap.bat run
if errorlevel 1 exit /b 1
.venv\Scripts\duansou.exe index --index index -- "%FOLDER%"
rem 3: some files were skipped, and named; the rest is there.
if errorlevel 4 exit /b %ERRORLEVEL%
if not errorlevel 3 if errorlevel 1 exit /b %ERRORLEVEL%
.venv\Scripts\duansou.exe serve --index index --port %PORT%
exit /b %ERRORLEVEL%
