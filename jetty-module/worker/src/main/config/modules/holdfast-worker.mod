[description]
Makes the server one of the workers of `holdfast serve --jetty-base`, which names this module on start.jar's command line: the
connector takes over the listening socket that is standard input, and the arbiter hears how the server is. Without an arbiter,
it serves where systemd's socket activation hands it the socket (StandardInput=socket).

[tags]
holdfast

[depend]
holdfast
http

[lib]
lib/holdfast/worker/*.jar

[xml]
etc/holdfast-worker.xml
