package io.weft.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.util.IPAddress;

/**
 * A name or IP address in a certificate, in one spelling: {@code ::1} and {@code 0:0:0:0:0:0:0:1} are equal.
 *
 * @param tag {@link GeneralName#dNSName} or {@link GeneralName#iPAddress}
 * @param value lower-case name, or the address as the JDK prints it
 */
record AlternativeName(int tag, String value) {
    static AlternativeName of(String host) {
        if (IPAddress.isValid(host)) {
            return new AlternativeName(GeneralName.iPAddress, address(host).getHostAddress());
        }
        return new AlternativeName(GeneralName.dNSName, host.toLowerCase(Locale.ROOT));
    }

    static Optional<AlternativeName> of(GeneralName name) {
        if (name.getTagNo() == GeneralName.dNSName) {
            return Optional.of(of(name.getName().toString()));
        }
        if (name.getTagNo() == GeneralName.iPAddress) {
            try {
                byte[] address = ASN1OctetString.getInstance(name.getName()).getOctets();
                return Optional.of(new AlternativeName(
                        GeneralName.iPAddress, InetAddress.getByAddress(address).getHostAddress()));
            } catch (UnknownHostException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    GeneralName encode() {
        return tag == GeneralName.iPAddress
                ? new GeneralName(tag, new DEROctetString(address(value).getAddress()))
                : new GeneralName(tag, new DERIA5String(value));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("Not an IP address: " + literal, e);
        }
    }
}
