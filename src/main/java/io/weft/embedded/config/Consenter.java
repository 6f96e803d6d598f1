package io.weft.embedded.config;

import com.google.protobuf.ByteString;
import io.weft.model.HostPort;

/**
 * An ordering node that takes part in a channel's consensus.
 *
 * @param address where other consenters reach it
 * @param clientTlsCertificate PEM, exactly as in the configuration
 * @param serverTlsCertificate PEM, exactly as in the configuration
 */
public record Consenter(HostPort address, ByteString clientTlsCertificate, ByteString serverTlsCertificate) {}
