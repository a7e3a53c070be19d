package dev.holdfast.daemon.service;

import dev.holdfast.daemon.doctor.DeviceRequest;
import dev.holdfast.daemon.doctor.Share;
import dev.holdfast.daemon.holder.HolderConfig;

/**
 * What an operator asked of a holder, before it is known which devices there are.
 *
 * @param config all but the device; its placement is the one for the host
 * @param device what versions are to be on
 * @param share how a device's memory is to reach workers
 */
public record HolderSettings(HolderConfig config, DeviceRequest device, Share share) {}
