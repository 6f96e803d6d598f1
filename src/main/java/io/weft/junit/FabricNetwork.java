package io.weft.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Has the tests of a class run against a Fabric network. Parameters of their methods and constructors of these types are
 * provided: {@code Gateway}, {@code Network} and {@code Contract} of the Fabric Gateway SDK as {@link Client} says,
 * {@link io.weft.fixture.TestChannel} and {@link io.weft.fixture.DevelopmentNetwork}. Faults are undone after each test.
 * When a test fails, what is known of the network is written to {@code target/weft/TestClass.method}.
 *
 * <p>Where it runs: embedded nodes in this JVM; with {@code -Dweft.nodes=fabric} Fabric's own programs; with
 * {@code -Dweft.platform=kubernetes} the cluster of the current kubeconfig context, with {@code -Dweft.platform=k3s} one
 * that Testcontainers starts. Where that is not possible, tests are skipped with the reason.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(FabricNetworkExtension.class)
public @interface FabricNetwork {
    /**
     * The spec: a class-path resource or, if there is none of that name, a file. Empty: two organizations {@code org1} and
     * {@code org2} with a peer each, one ordering node, and a channel {@code test} of them.
     */
    String value() default "";

    /** Which tests share a network. */
    Scope network() default Scope.PER_JVM;

    /** Which tests share a channel. */
    ChannelScope channel() default ChannelScope.PER_CLASS;

    /** Which tests share a network. */
    enum Scope {
        /** All tests of this JVM with the same spec and the same chaincodes. */
        PER_JVM,
        /** The tests of a class. */
        PER_CLASS
    }

    /** Which tests share a channel. */
    enum ChannelScope {
        /** The tests of a class. */
        PER_CLASS,
        /** None: each has a fresh one. */
        PER_METHOD
    }
}
