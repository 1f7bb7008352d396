@echo off
rem Runs Weft from the folder that this file lies in, wherever that is.
setlocal

set "app=%~dp0.."
set "java=java"
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "java=%JAVA_HOME%\bin\java.exe"

"%java%" -version >nul 2>&1
if errorlevel 1 (
  echo weft: no Java found; install Java 17 or newer, or set JAVA_HOME 1>&2
  exit /b 2
)

rem Newer Javas warn of what Pekko and the bridges to native libraries do, unless told that they may;
rem older ones refuse to start with an option that they do not know.
set "permissions="
"%java%" --enable-native-access=ALL-UNNAMED -version >nul 2>&1
if errorlevel 1 (
  echo weft: this Java is older than Java 17; install a newer one, or set JAVA_HOME 1>&2
  exit /b 2
)
set "permissions=--enable-native-access=ALL-UNNAMED"
"%java%" --sun-misc-unsafe-memory-access=allow -version >nul 2>&1
if not errorlevel 1 set "permissions=%permissions% --sun-misc-unsafe-memory-access=allow"

rem Java's heap may take an eighth of the memory of the machine: the model, trainings and kept states
rem lie beside it (engine.memory). WEFT_JAVA_OPTS=-Xmx4g gives it more.
"%java%" %permissions% -XX:MaxRAMPercentage=12.5 -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError ^
  -Dfile.encoding=UTF-8 %WEFT_JAVA_OPTS% -cp "%app%\lib\*" dev.weft.cli.Weft %*
exit /b %errorlevel%
