package io.weft.sample.number;

import org.hyperledger.fabric.contract.annotation.DataType;
import org.hyperledger.fabric.contract.annotation.Property;

/** A data type of a contract; the contract API knows it by its simple name. */
@DataType
public final class Box {
    @Property
    private int number;

    public int getNumber() {
        return number;
    }

    public void setNumber(int number) {
        this.number = number;
    }
}
