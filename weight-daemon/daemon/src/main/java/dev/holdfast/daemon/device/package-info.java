/**
 * What the memory of devices is used for, put together from what a holder says of its versions and leases and what NVML says
 * of devices and processes. For commands: it loads NVML into its process, which the holder never does. No context is made.
 */
@NullMarked
package dev.holdfast.daemon.device;

import org.jspecify.annotations.NullMarked;
