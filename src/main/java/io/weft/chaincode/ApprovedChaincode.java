package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What an organization approved.
 *
 * @param definition the definition
 * @param packageId the package its peers run it from; absent if they do not run it
 */
public record ApprovedChaincode(ChaincodeDefinition definition, Optional<PackageId> packageId) {
    public ApprovedChaincode {
        requireNonNull(definition, "definition");
        requireNonNull(packageId, "packageId");
    }
}
