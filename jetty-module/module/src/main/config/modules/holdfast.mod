[description]
Attaches the server to a Holdfast holder: leases the weights of ONNX models while the server starts, gives them back once
it has drained, and hands the in-process API to every web application.

[tags]
holdfast

[depend]
server

[before]
deployment-scanner

[lib]
lib/holdfast/*.jar

[xml]
etc/holdfast.xml

[ini]
jetty.server.addProtectedClasses+=,dev.holdfast.

[ini-template]
### Holdfast
## A system property (-Dholdfast.socket=...) or an environment variable (HOLDFAST_SOCKET=...) overrules each of these.

## Unix-domain socket of the holder; the server's user needs read and write permission.
## Where the directory /run/holdfast is not there, the default is holdfast/weights.sock in $XDG_RUNTIME_DIR, and without
## that, holdfast-USER/weights.sock in the directory for temporary files.
# holdfast.socket=/run/holdfast/weights.sock

## Names of the models to serve, separated by commas; none serves all that the holder has published.
# holdfast.models=

## Whether the start fails, before a port is open, if a model does not serve in time: true or false.
## If false, the server starts without being ready, and is so once the models serve.
# holdfast.required=false

## Longest wait for the models while the server starts, in milliseconds (0 tries once, -1 waits without limit).
# holdfast.attach.timeout=10000

## Longest time to connect to the holder, in milliseconds.
# holdfast.connect.timeout=5000

## Most requests that wait for a model whose config.pbtxt sets no max_queue_size.
# holdfast.queue.limit=1024

## Threads that share one operator's work (0 leaves the choice to ONNX Runtime).
# holdfast.intraop.threads=0

## How long requests in the engine may still run once Jetty has drained, in milliseconds (0 ends them at once).
# holdfast.drain.limit=30000

## Whether matrix products on CUDA devices may round their operands to TF32, faster and less exact: on or off.
# holdfast.cuda.tf32=off

## Most device memory that each instance of a version computes with, besides the weights and the buffers of inputs and
## outputs, in bytes (0 sets no limit). With instance_group { count: 4 } a version may take four times as much.
# holdfast.cuda.memory.limit=0
