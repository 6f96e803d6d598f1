package io.weft.pki;

import static java.util.Objects.requireNonNull;

import io.weft.model.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * The subject of a certificate. Encoded in Go's order (country, organization, units, locality, state, common name).
 *
 * @param country two letters
 * @param state at most 128 characters
 * @param locality at most 128 characters
 * @param organization at most 64 characters
 * @param organizationalUnits each at most 64 characters
 * @param commonName 1 to 64 characters
 */
public record DistinguishedName(
        Optional<String> country,
        Optional<String> state,
        Optional<String> locality,
        Optional<String> organization,
        List<String> organizationalUnits,
        String commonName) {
    private static final int SHORT_FIELD = 64;
    private static final int LONG_FIELD = 128;

    public DistinguishedName {
        requireLength("country", requireNonNull(country, "country"), 2);
        requireLength("state", requireNonNull(state, "state"), LONG_FIELD);
        requireLength("locality", requireNonNull(locality, "locality"), LONG_FIELD);
        requireLength("organization", requireNonNull(organization, "organization"), SHORT_FIELD);
        organizationalUnits = List.copyOf(organizationalUnits);
        organizationalUnits.forEach(unit -> requireLength("organizational unit", Optional.of(unit), SHORT_FIELD));
        requireLength("common name", Optional.of(commonName), SHORT_FIELD);
    }

    private static void requireLength(String field, Optional<String> value, int limit) {
        if (value.isPresent() && (value.get().isEmpty() || value.get().length() > limit)) {
            throw new IllegalArgumentException(
                    "A certificate's " + field + " has 1 to " + limit + " characters, not: " + value.get());
        }
    }

    /** Only a common name. */
    public static DistinguishedName of(String commonName) {
        return new DistinguishedName(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of(), commonName);
    }

    /** A common name under an organization's fields. */
    public static DistinguishedName of(Subject subject, String commonName) {
        return new DistinguishedName(
                subject.country(),
                subject.state(),
                subject.locality(),
                Optional.of(subject.organization()),
                List.of(),
                commonName);
    }

    DistinguishedName withUnit(String unit) {
        List<String> units =
                Stream.concat(Stream.of(unit), organizationalUnits.stream()).toList();
        return new DistinguishedName(country, state, locality, organization, units, commonName);
    }

    X500Name toX500() {
        List<RDN> result = new ArrayList<>(8);
        country.ifPresent(value -> result.add(field(BCStyle.C, value)));
        organization.ifPresent(value -> result.add(field(BCStyle.O, value)));
        organizationalUnits.forEach(value -> result.add(field(BCStyle.OU, value)));
        locality.ifPresent(value -> result.add(field(BCStyle.L, value)));
        state.ifPresent(value -> result.add(field(BCStyle.ST, value)));
        result.add(field(BCStyle.CN, commonName));
        return new X500Name(result.toArray(RDN[]::new));
    }

    private static RDN field(ASN1ObjectIdentifier type, String value) {
        ASN1Encodable text =
                DERPrintableString.isPrintableString(value) ? new DERPrintableString(value) : new DERUTF8String(value);
        return new RDN(type, text);
    }
}
