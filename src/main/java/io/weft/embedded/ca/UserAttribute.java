package io.weft.embedded.ca;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An attribute of an identity; {@code inCertificate} is Fabric CA's {@code ecert}. */
record UserAttribute(String name, String value, boolean inCertificate) {
    static final String ROLES = "hf.Registrar.Roles";
    static final String DELEGATE_ROLES = "hf.Registrar.DelegateRoles";
    static final String REGISTRAR_ATTRIBUTES = "hf.Registrar.Attributes";
    static final String REVOKER = "hf.Revoker";
    static final String INTERMEDIATE_CA = "hf.IntermediateCA";
    static final String REVOCATION_LIST = "hf.GenCRL";
    static final String AFFILIATION_MANAGER = "hf.AffiliationMgr";
    static final String ENROLLMENT_ID = "hf.EnrollmentID";
    static final String TYPE = "hf.Type";
    static final String AFFILIATION = "hf.Affiliation";

    static UserAttribute read(Fields fields) {
        return new UserAttribute(fields.text("name"), fields.text("value"), fields.flag("ecert"));
    }

    static UserAttribute read(JsonNode node) {
        return new UserAttribute(
                node.path("name").asText(),
                node.path("value").asText(),
                node.path("ecert").asBoolean());
    }

    ObjectNode json() {
        ObjectNode result =
                JsonNodeFactory.instance.objectNode().put("name", name).put("value", value);
        if (inCertificate) {
            result.put("ecert", true);
        }
        return result;
    }
}
