package io.weft.pki;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a certificate is for; decides its usages and extensions. */
public sealed interface Profile {
    /**
     * Signs for Fabric: key usage digitalSignature, no extended key usage (the MSP would reject one without
     * serverAuth), the role as organizational unit.
     *
     * @param role the Node OU
     * @param attributes what chaincode may ask of the certificate, in the extension that Fabric CA writes; empty: no
     *     extension
     */
    record Enrollment(Role role, Map<String, String> attributes) implements Profile {
        public Enrollment {
            requireNonNull(role, "role");
            attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
        }

        /**
         * With the attributes that Fabric CA gives to everyone it enrolls ({@code hf.EnrollmentID}, {@code hf.Type},
         * {@code hf.Affiliation}) beside the identity's own.
         */
        public static Enrollment asFabricCaWould(Role role, String enrollmentId, Map<String, String> attributes) {
            Map<String, String> all = new TreeMap<>(attributes);
            all.put("hf.EnrollmentID", enrollmentId);
            all.put("hf.Type", role.organizationalUnit());
            all.put("hf.Affiliation", "");
            return new Enrollment(role, all);
        }
    }

    /**
     * Serves TLS and dials it: extended key usage serverAuth and clientAuth.
     *
     * @param hosts every name and IP address the server is reached by
     */
    record TlsServer(List<String> hosts) implements Profile {
        public TlsServer {
            hosts = List.copyOf(hosts);
        }
    }

    /** Dials TLS: extended key usage clientAuth. */
    record TlsClient() implements Profile {}
}
