@echo off
rem Runs the holdfast command of this installation.
rem   JAVA_HOME      the Java to use, 17 or later; otherwise java from the PATH
rem   HOLDFAST_OPTS  JVM options beyond those in lib\jvm.options
setlocal
set "home=%~dp0.."
if defined JAVA_HOME (set "java=%JAVA_HOME%\bin\java.exe") else (set "java=java.exe")
"%java%" "@%home%\lib\jvm.options" %HOLDFAST_OPTS% -cp "%home%\lib\*" dev.holdfast.daemon.cli.HoldfastCommand %*
exit /b %ERRORLEVEL%
