package io.weft.embedded.ca;

import static java.util.Objects.requireNonNull;

import io.weft.model.HostPort;
import io.weft.pki.Credential;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;

/** A running Fabric CA. */
public final class CertificateAuthorityServer implements AutoCloseable {
    /**
     * What a server is started with. The text form hides the password.
     *
     * @param name the CA's name ({@code caname})
     * @param signing the authority that issues, with its key
     * @param tls what the listener shows
     * @param registrar enrollment ID of the first identity, which may do everything
     * @param password its password; used when the folder is new
     * @param listen port 0: a free one
     * @param folder where identities and certificates are kept; made when absent
     */
    public record Settings(
            String name,
            Credential signing,
            Credential tls,
            String registrar,
            String password,
            InetSocketAddress listen,
            Path folder) {
        public Settings {
            requireNonNull(name, "name");
            requireNonNull(signing, "signing");
            requireNonNull(tls, "tls");
            requireNonNull(registrar, "registrar");
            requireNonNull(password, "password");
            requireNonNull(listen, "listen");
            requireNonNull(folder, "folder");
        }

        @Override
        public String toString() {
            return "Settings[" + name + ", " + registrar + ", " + listen + ", " + folder + "]";
        }
    }

    private final HostPort address;

    private CertificateAuthorityServer(HostPort address) {
        this.address = address;
    }

    /** Opens the folder's file and listens. */
    public static CertificateAuthorityServer start(Settings settings, Clock clock) {
        throw new UnsupportedOperationException("in the next commit");
    }

    /** Where it listens. */
    public HostPort address() {
        return address;
    }

    @Override
    public void close() {}
}
