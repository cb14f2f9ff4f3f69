@echo off
rem Makes .venv, or repairs it, and installs Duansou into it: bootstrap.bat run, or test.
rem Nothing is done where the stamp in .venv says that this pyproject.toml is installed, and from this folder.
set PYTHONUTF8=1
set PYTHONHOME=
set PYTHONPATH=
set PIP_DISABLE_PIP_VERSION_CHECK=1
set "STAMP=.venv\.duansou-%~1"
set INSTALLED="import pathlib, search, sys; here = pathlib.Path; sys.exit(here(sys.argv[1]).read_bytes() != here('pyproject.toml').read_bytes() or here.cwd() not in here(search.__file__).parents)"
if not exist .venv\Scripts\python.exe goto make
.venv\Scripts\python.exe -c %INSTALLED% %STAMP% >nul 2>nul
if not errorlevel 1 exit /b 0
.venv\Scripts\python.exe -m pip --version >nul 2>nul
if not errorlevel 1 goto install
:make
set PYTHON=
for %%I in ("py -3" python python3) do call :try %%I
if not defined PYTHON (
    echo Duansou needs Python 3.11 or newer: install it from www.python.org or the Microsoft Store, then try again.
    exit /b 1
)
echo Making .venv with %PYTHON%
if exist .venv rmdir /s /q .venv
%PYTHON% -m venv .venv
if errorlevel 1 exit /b 1
:install
echo Installing what Duansou needs (once; a minute or two)
set EXTRAS=
if "%~1"=="test" set "EXTRAS=[test]"
.venv\Scripts\python.exe -m pip install --quiet --upgrade pip >.venv\install.log 2>&1
.venv\Scripts\python.exe -m pip install --only-binary :all: --no-binary jieba --editable ".%EXTRAS%" >>.venv\install.log 2>&1
if errorlevel 1 (
    echo Duansou could not be installed: .venv\install.log says why. It needs a network connection this once.
    exit /b 1
)
copy /y pyproject.toml "%STAMP%" >nul
exit /b 0
:try
if defined PYTHON exit /b 0
%~1 -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if not errorlevel 1 set "PYTHON=%~1"
exit /b 0
