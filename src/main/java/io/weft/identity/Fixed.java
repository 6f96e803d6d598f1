package io.weft.identity;

import io.weft.msp.NodeOus;

/** Entries that follow from the organization's authorities alone. */
enum Fixed {
    SIGNING_CERTIFICATE,
    TLS_CERTIFICATE,
    ADMIN_CERTIFICATE,
    NODE_OUS;

    String of(OrganizationAuthorities authorities) {
        return switch (this) {
            case SIGNING_CERTIFICATE -> authorities.signing().certificate().pem();
            case TLS_CERTIFICATE -> authorities.tls().certificate().pem();
            case ADMIN_CERTIFICATE -> authorities.admin().certificate().pem();
            case NODE_OUS -> NodeOus.configYaml();
        };
    }
}
