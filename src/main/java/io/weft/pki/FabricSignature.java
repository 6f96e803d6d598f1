package io.weft.pki;

/** Signatures by the rule of Fabric's cryptography (BCCSP): ECDSA over SHA-256, DER, S in the lower half. */
public final class FabricSignature {
    private FabricSignature() {}

    /** Whether the key of a certificate made a signature over a message, and in the only form that Fabric accepts. */
    public static boolean isValid(Certificate signer, byte[] message, byte[] signature) {
        return P256.isLowS(signature)
                && P256.verify(
                        P256.point(signer.structure().getSubjectPublicKeyInfo()), P256.sha256(message), signature);
    }
}
