package io.weft.embedded.config;

import com.google.protobuf.ByteString;
import io.weft.pki.Certificate;
import io.weft.pki.InvalidPemException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Authorities to which certificates must lead. Finds chains as Go's {@code crypto/x509} does, in whose words it refuses:
 * those are what Fabric's answers end with.
 */
final class CertificatePool {
    /** Key usage, basic constraints, alternative names, name constraints, key identifiers, CRLs, policies, EKU. */
    private static final Set<String> KNOWN_EXTENSIONS = Set.of(
            "2.5.29.14",
            "2.5.29.15",
            "2.5.29.17",
            "2.5.29.19",
            "2.5.29.30",
            "2.5.29.31",
            "2.5.29.32",
            "2.5.29.35",
            "2.5.29.37");

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private final List<Certificate> roots;
    private final List<Certificate> intermediates;

    /** What a certificate's extended key usage may restrict it to. */
    enum Usage {
        SERVER,
        CLIENT
    }

    CertificatePool(List<Certificate> roots, List<Certificate> intermediates) {
        this.roots = List.copyOf(roots);
        this.intermediates = List.copyOf(intermediates);
    }

    /**
     * Reads the first PEM block of a text and ignores the rest, as Go's {@code pem.Decode} does.
     *
     * @return empty if there is no complete block
     * @throws InvalidPemException if the block is no certificate
     */
    static Optional<Certificate> first(ByteString pem) {
        String text = pem.toString(StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEGIN);
        int end = begin < 0 ? -1 : text.indexOf(END, begin);
        int last = end < 0 ? -1 : text.indexOf(DASHES, end + END.length());
        if (last < 0) {
            return Optional.empty();
        }
        return Optional.of(Certificate.parse(text.substring(begin, last + DASHES.length())));
    }

    /**
     * All ways from a certificate to a root, the certificate first. A root itself is a chain of one.
     *
     * @param moment when all certificates of a chain must be valid
     * @param usages of which one must be allowed by all certificates of a chain
     * @return at least one chain
     * @throws IdentityException if there is none
     */
    List<List<Certificate>> chains(Certificate leaf, Instant moment, Set<Usage> usages) {
        invalidity(leaf, List.of(), moment).ifPresent(reason -> {
            throw new IdentityException(reason);
        });
        if (roots.contains(leaf)) {
            return List.of(List.of(leaf));
        }
        List<List<Certificate>> found = new ArrayList<>();
        List<String> hints = new ArrayList<>();
        extend(List.of(leaf), moment, found::add, hints);
        if (found.isEmpty()) {
            throw new IdentityException("x509: certificate signed by unknown authority"
                    + hints.stream().findFirst().orElse(""));
        }
        List<List<Certificate>> usable =
                found.stream().filter(chain -> allowsOneOf(usages, chain)).toList();
        if (usable.isEmpty()) {
            throw new IdentityException("x509: certificate specifies an incompatible key usage");
        }
        return usable;
    }

    private void extend(
            List<Certificate> chain, Instant moment, Consumer<List<Certificate>> found, List<String> hints) {
        for (Certificate root : roots) {
            if (mayFollow(root, chain, moment, hints)) {
                found.accept(plus(chain, root));
            }
        }
        for (Certificate intermediate : intermediates) {
            if (mayFollow(intermediate, chain, moment, hints)) {
                extend(plus(chain, intermediate), moment, found, hints);
            }
        }
    }

    private static boolean mayFollow(
            Certificate candidate, List<Certificate> chain, Instant moment, List<String> hints) {
        Certificate child = chain.get(chain.size() - 1);
        if (!child.namesAsIssuer(candidate) || isIn(chain, candidate)) {
            return false;
        }
        Optional<String> reason = issuance(child, candidate).or(() -> invalidity(candidate, chain, moment));
        reason.ifPresent(text -> hints.add(" (possibly because of \"" + text
                + "\" while trying to verify candidate authority certificate \"" + candidate.commonName() + "\")"));
        return reason.isEmpty();
    }

    /** Whether the chain has the authority already, be it in another certificate. */
    private static boolean isIn(List<Certificate> chain, Certificate candidate) {
        return chain.stream()
                .anyMatch(certificate -> certificate.hasSameSubjectAs(candidate)
                        && certificate.hasSameKeyAs(candidate)
                        && certificate.hosts().equals(candidate.hosts()));
    }

    private static Optional<String> issuance(Certificate child, Certificate authority) {
        if (!authority.maySignCertificates()) {
            return Optional.of("x509: invalid signature: parent certificate cannot sign this kind of certificate");
        }
        return child.isSignedBy(authority) ? Optional.empty() : Optional.of("x509: ECDSA verification failure");
    }

    private static Optional<String> invalidity(Certificate certificate, List<Certificate> below, Instant moment) {
        if (!KNOWN_EXTENSIONS.containsAll(certificate.criticalExtensions())) {
            return Optional.of("x509: unhandled critical extension");
        }
        if (moment.isBefore(certificate.notBefore())) {
            return Optional.of(untimely(moment, "before", certificate.notBefore()));
        }
        if (moment.isAfter(certificate.notAfter())) {
            return Optional.of(untimely(moment, "after", certificate.notAfter()));
        }
        if (!below.isEmpty() && certificate.pathLengthLimit().orElse(Integer.MAX_VALUE) < below.size() - 1) {
            return Optional.of("x509: too many intermediates for path length constraint");
        }
        return Optional.empty();
    }

    private static String untimely(Instant moment, String relation, Instant limit) {
        return "x509: certificate has expired or is not yet valid: current time " + moment + " is " + relation + " "
                + limit;
    }

    private static boolean allowsOneOf(Set<Usage> usages, List<Certificate> chain) {
        Set<Usage> left = EnumSet.copyOf(usages);
        for (Certificate certificate : chain) {
            if (!certificate.toleratesServer()) {
                left.remove(Usage.SERVER);
            }
            if (!certificate.toleratesClient()) {
                left.remove(Usage.CLIENT);
            }
        }
        return !left.isEmpty();
    }

    private static List<Certificate> plus(List<Certificate> chain, Certificate next) {
        List<Certificate> result = new ArrayList<>(chain);
        result.add(next);
        return List.copyOf(result);
    }
}
