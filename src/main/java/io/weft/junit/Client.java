package io.weft.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** As whom a {@code Gateway}, {@code Network} or {@code Contract} calls. Without it: user {@code user1} of the channel's first member. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Client {
    /** An organization of the network. */
    String organization();

    /** A user of the organization, or {@code admin}. */
    String user() default "user1";

    /** Which chaincode a {@code Contract} is; needed if the channel has several. */
    String chaincode() default "";
}
