package io.weft.identity;

import io.weft.pki.CertificateAuthority;

/** Which of an organization's roots certifies a key. */
enum Issuer {
    SIGNING("signing CA"),
    TLS("TLS CA"),
    ADMIN("admin CA");

    private final String title;

    Issuer(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    CertificateAuthority of(OrganizationAuthorities authorities) {
        return switch (this) {
            case SIGNING -> authorities.signing();
            case TLS -> authorities.tls();
            case ADMIN -> authorities.admin();
        };
    }
}
