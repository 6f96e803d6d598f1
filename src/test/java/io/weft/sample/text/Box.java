package io.weft.sample.text;

import org.hyperledger.fabric.contract.annotation.DataType;
import org.hyperledger.fabric.contract.annotation.Property;

/** A data type of a contract; the contract API knows it by its simple name. */
@DataType
public final class Box {
    @Property
    private String content;

    public String getContent() {
        return content;
    }

    public void setContent(String content) {
        this.content = content;
    }
}
