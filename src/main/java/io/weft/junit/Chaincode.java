package io.weft.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A chaincode of a {@link FabricNetwork}, beside those of its spec or in place of the one of that name. */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(Chaincode.List.class)
public @interface Chaincode {
    /** Its name on every channel. */
    String name();

    /** A {@code ContractInterface} or {@code Chaincode} of Fabric's Java API, with a public constructor without parameters. */
    Class<?> contract();

    /** Who must endorse, for example {@code AND('Org1MSP.peer','Org2MSP.peer')}; empty: the channel's own policy holds. */
    String endorsement() default "";

    /** Several of them. */
    @Documented
    @Inherited
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface List {
        Chaincode[] value();
    }
}
