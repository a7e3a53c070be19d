[description]
Serves the models that the server is attached to over the V2 inference protocol (KServe, Triton), and metrics for
Prometheus, as ee11 servlets in contexts of their own.

[tags]
holdfast

[environment]
ee11

[depend]
holdfast
ee11-security

[before]
deployment-scanner

[lib]
lib/holdfast/servlet/*.jar

[xml]
etc/holdfast-ee11.xml

[ini-template]
### Holdfast's servlets
## A system property or an environment variable overrules each of the holdfast.* settings.

## Path of the context that serves the protocol, as the protocol's root.
# holdfast.v2.contextPath=/v2

## Longest time from a request's head to the end of its answer, in milliseconds (0 sets no limit).
# holdfast.request.timeout=120000

## Longest request body, in bytes, before and after decompression.
# holdfast.limit.body=67108864

## Most inputs, and most outputs, that a request may name.
# holdfast.limit.tensors=64

## Most dimensions of an input.
# holdfast.limit.dimensions=16

## Longest string: in JSON in characters, as a binary BYTES element in bytes.
# holdfast.limit.string=16777216

## Deepest nesting of a request's JSON.
# holdfast.limit.json.depth=32

## Whether the model repository extension answers: on or off.
# holdfast.repository=off

## The role whose users may load and unload models once it is on (* is anyone who reaches the servlet).
# holdfast.repository.role=holdfast-admin

## Whether metrics for Prometheus are served: on or off.
# holdfast.metrics=on

## Value of the label "worker" of all metrics, for servers that share a port (empty for no such label).
# holdfast.metrics.worker=

## Path of the context that serves them.
# holdfast.metrics.contextPath=/metrics
