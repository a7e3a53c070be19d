package dev.holdfast.arbiter;

/** How a worker's process is started. */
interface WorkerLauncher {
    /**
     * A process that serves on its standard input; the arbiter adds its own variables to the environment.
     *
     * @param number the worker's number, from 1
     */
    ProcessBuilder worker(int number);
}
